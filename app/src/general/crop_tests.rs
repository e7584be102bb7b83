use super::*;

fn view(width: u32, height: u32) -> View {
    View::new(width, height).unwrap()
}

fn square(x: u32, y: u32, size: u32) -> Square {
    Square { x, y, size }
}

#[test]
fn it_begins_with_the_largest_centred_square() {
    assert_eq!(view(400, 300).square(), square(50, 0, 300));
    assert_eq!(view(300, 400).square(), square(0, 50, 300));
    assert_eq!(view(512, 512).square(), square(0, 0, 512));
    assert_eq!(view(129, 128).square(), square(1, 0, 128));
}

#[test]
fn a_picture_below_the_least_side_has_no_square() {
    assert_eq!(View::new(127, 4000), None);
    assert_eq!(View::new(4000, 127), None);
    assert_eq!(View::new(0, 0), None);
    assert!(View::new(128, 128).is_some());
}

#[test]
fn dragging_stops_at_the_edges() {
    let far = view(400, 300).moved(9.0, 9.0);
    assert_eq!(far.square(), square(100, 0, 300));
    assert_eq!(far.moved(-9.0, -9.0).square(), square(0, 0, 300));
    assert_eq!(view(400, 300).moved(f64::NAN, f64::INFINITY).square(), square(0, 0, 300));
}

#[test]
fn zooming_keeps_the_point_under_the_cursor() {
    let start = view(1000, 1000);
    assert_eq!(start.zoomed(2.0, (0.5, 0.5)).square(), square(250, 250, 500));
    assert_eq!(start.zoomed(2.0, (0.0, 0.0)).square(), square(0, 0, 500));
    assert_eq!(start.zoomed(2.0, (1.0, 1.0)).square(), square(500, 500, 500));
    let there_and_back = start.zoomed(2.5, (0.3, 0.8)).zoomed(1.0, (0.1, 0.1));
    assert_eq!(there_and_back.square(), start.square());
}

#[test]
fn zoom_ends_at_three_times_and_at_the_least_side() {
    assert_eq!(view(1000, 1000).zoomed(99.0, (0.5, 0.5)).zoom(), MAX_ZOOM);
    assert_eq!(view(1000, 1000).zoomed(0.1, (0.5, 0.5)).zoom(), 1.0);
    assert_eq!(view(1000, 1000).zoomed(f64::NAN, (0.5, 0.5)).zoom(), 1.0);
    let small = view(192, 192).zoomed(99.0, (0.5, 0.5));
    assert_eq!((small.zoom(), small.square()), (1.5, square(32, 32, 128)));
    assert_eq!(view(128, 128).max_zoom(), 1.0);
}

#[test]
fn extreme_ratios_stay_inside() {
    for (width, height) in [(8000, 128), (128, 8000), (6001, 333), (129, 131)] {
        for zoom in [1.0, 1.37, 2.0, 3.0] {
            for (right, down) in [(-50.0, -50.0), (50.0, 50.0), (0.013, -0.377)] {
                let Square { x, y, size } =
                    view(width, height).zoomed(zoom, (0.2, 0.9)).moved(right, down).square();
                assert!(
                    size >= 128 && x + size <= width && y + size <= height,
                    "{width}x{height} {zoom} {right} {down}"
                );
            }
        }
    }
}

#[test]
fn one_finger_drags_the_picture() {
    let mut fingers = Fingers::default();
    let start = view(1000, 1000).zoomed(2.0, (0.5, 0.5));
    fingers.down(1, 0.5, 0.5);
    // A tenth of the stage to the right is a tenth of the square to the left.
    let dragged = fingers.moved(1, 0.6, 0.5, start);
    assert_eq!(dragged.square(), square(200, 250, 500));
    fingers.up(1);
    assert_eq!(fingers.moved(1, 0.9, 0.9, dragged), dragged);
}

#[test]
fn two_fingers_pinch_around_their_middle() {
    let mut fingers = Fingers::default();
    fingers.down(1, 0.4, 0.5);
    fingers.down(2, 0.6, 0.5);
    fingers.down(3, 0.1, 0.1);
    let mut pinched = fingers.moved(1, 0.3, 0.5, view(1000, 1000));
    pinched = fingers.moved(2, 0.7, 0.5, pinched);
    assert!((pinched.zoom() - 2.0).abs() < 1e-9);
    assert_eq!(pinched.square(), square(250, 250, 500));
    // Fingers on one spot have no distance to compare.
    let mut together = Fingers::default();
    together.down(1, 0.5, 0.5);
    together.down(2, 0.5, 0.5);
    assert_eq!(together.moved(1, 0.5, 0.5, pinched), pinched);
}

#[test]
fn large_pictures_are_reduced_in_proportion() {
    assert_eq!(reduced(4032, 3024, 2048), (2048, 1536));
    assert_eq!(reduced(3024, 4032, 2048), (1536, 2048));
    assert_eq!(reduced(2048, 10, 2048), (2048, 10));
    assert_eq!(reduced(40_000, 3, 2048), (2048, 1));
}

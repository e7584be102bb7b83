use super::*;

fn view(width: u32, height: u32) -> View {
    View::new(Subject::Photo, width, height).unwrap()
}

fn square(x: u32, y: u32, size: u32) -> Rectangle {
    Rectangle { x, y, width: size, height: size }
}

#[test]
fn it_begins_with_the_largest_centred_square() {
    assert_eq!(view(400, 300).rectangle(), square(50, 0, 300));
    assert_eq!(view(300, 400).rectangle(), square(0, 50, 300));
    assert_eq!(view(512, 512).rectangle(), square(0, 0, 512));
    assert_eq!(view(129, 128).rectangle(), square(1, 0, 128));
}

#[test]
fn a_picture_below_the_least_side_has_no_square() {
    assert_eq!(View::new(Subject::Photo, 127, 4000), None);
    assert_eq!(View::new(Subject::Photo, 4000, 127), None);
    assert_eq!(View::new(Subject::Photo, 0, 0), None);
    assert!(View::new(Subject::Photo, 128, 128).is_some());
}

#[test]
fn dragging_stops_at_the_edges() {
    let far = view(400, 300).moved(9.0, 9.0);
    assert_eq!(far.rectangle(), square(100, 0, 300));
    assert_eq!(far.moved(-9.0, -9.0).rectangle(), square(0, 0, 300));
    assert_eq!(view(400, 300).moved(f64::NAN, f64::INFINITY).rectangle(), square(0, 0, 300));
}

#[test]
fn zooming_keeps_the_point_under_the_cursor() {
    let start = view(1000, 1000);
    assert_eq!(start.zoomed(2.0, (0.5, 0.5)).rectangle(), square(250, 250, 500));
    assert_eq!(start.zoomed(2.0, (0.0, 0.0)).rectangle(), square(0, 0, 500));
    assert_eq!(start.zoomed(2.0, (1.0, 1.0)).rectangle(), square(500, 500, 500));
    let there_and_back = start.zoomed(2.5, (0.3, 0.8)).zoomed(1.0, (0.1, 0.1));
    assert_eq!(there_and_back.rectangle(), start.rectangle());
}

#[test]
fn zoom_ends_at_three_times_and_at_the_least_side() {
    assert_eq!(view(1000, 1000).zoomed(99.0, (0.5, 0.5)).zoom(), MAX_ZOOM);
    assert_eq!(view(1000, 1000).zoomed(0.1, (0.5, 0.5)).zoom(), 1.0);
    assert_eq!(view(1000, 1000).zoomed(f64::NAN, (0.5, 0.5)).zoom(), 1.0);
    let small = view(192, 192).zoomed(99.0, (0.5, 0.5));
    assert_eq!((small.zoom(), small.rectangle()), (1.5, square(32, 32, 128)));
    assert_eq!(view(128, 128).max_zoom(), 1.0);
}

#[test]
fn extreme_ratios_stay_inside() {
    for (width, height) in [(8000, 128), (128, 8000), (6001, 333), (129, 131)] {
        for zoom in [1.0, 1.37, 2.0, 3.0] {
            for (right, down) in [(-50.0, -50.0), (50.0, 50.0), (0.013, -0.377)] {
                let Rectangle { x, y, width: size, .. } =
                    view(width, height).zoomed(zoom, (0.2, 0.9)).moved(right, down).rectangle();
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
    assert_eq!(dragged.rectangle(), square(200, 250, 500));
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
    assert_eq!(pinched.rectangle(), square(250, 250, 500));
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

fn logo(width: u32, height: u32) -> View {
    View::new(Subject::Logo, width, height).unwrap()
}

fn part(x: u32, y: u32, width: u32, height: u32) -> Rectangle {
    Rectangle { x, y, width, height }
}

#[test]
fn a_logo_begins_as_the_whole_picture() {
    assert_eq!(logo(400, 300).rectangle(), part(0, 0, 400, 300));
    assert_eq!(logo(4000, 16).rectangle(), part(0, 0, 4000, 16));
    for (width, height) in [(239, 79), (4000, 15), (0, 0), (0, 100), (100, 0)] {
        assert_eq!(View::new(Subject::Logo, width, height), None, "{width} × {height}");
    }
}

#[test]
fn a_shape_is_taken_around_the_middle_and_given_back() {
    let wide = logo(900, 600).shaped(3.0).unwrap();
    assert_eq!(wide.rectangle(), part(0, 150, 900, 300));
    assert_eq!(wide.shaped(wide.own_ratio()).unwrap().rectangle(), part(0, 0, 900, 600));
    let corner = logo(900, 600).zoomed(2.0, (0.0, 0.0)).shaped(1.0).unwrap();
    assert_eq!(corner.rectangle(), part(75, 0, 300, 300));
}

#[test]
fn a_shape_that_would_be_too_small_is_no_choice() {
    assert_eq!(logo(120, 100).shaped(3.0), None);
    assert_eq!(logo(300, 60).shaped(1.0), None);
    for nonsense in [0.0, -1.0, f64::NAN, f64::INFINITY] {
        assert_eq!(logo(300, 100).shaped(nonsense), None);
    }
}

#[test]
fn a_logo_is_zoomed_until_it_would_have_to_be_enlarged() {
    let close = logo(960, 320).zoomed(99.0, (0.5, 0.5));
    assert_eq!((close.zoom(), close.rectangle()), (4.0, part(360, 120, 240, 80)));
    let tall = logo(160, 800).zoomed(99.0, (0.0, 0.0));
    assert_eq!((tall.zoom(), tall.rectangle()), (8.0, part(0, 0, 20, 100)));
    // Zoomed in as far as one shape goes, another one goes less far.
    assert_eq!(logo(960, 960).zoomed(8.0, (0.5, 0.5)).shaped(3.0).unwrap().zoom(), 4.0);
}

#[test]
fn every_part_of_a_logo_is_one_that_the_server_takes() {
    for (width, height) in [(4000, 16), (16, 4000), (241, 333), (960, 320), (1201, 77)] {
        for ratio in [0.2, 1.0, 2.7, 3.0, 9.0] {
            for zoom in [1.0, 1.37, 4.2, 8.0] {
                let Some(view) = logo(width, height).shaped(ratio) else { continue };
                let Rectangle { x, y, width: across, height: down } =
                    view.zoomed(zoom, (0.2, 0.9)).moved(0.4, -7.3).rectangle();
                let told = format!("{width}x{height} {ratio} {zoom}: {across}x{down}");
                assert!(x + across <= width && y + down <= height, "{told}");
                assert!(domain::branding::is_large_enough(across, down), "{told}");
            }
        }
    }
}

#[test]
fn a_box_of_any_shape_fits_into_another() {
    assert_eq!(boxed(1.0, (640, 320)), (320, 320));
    assert_eq!(boxed(3.0, (640, 320)), (640, 213));
    assert_eq!(boxed(500.0, (640, 320)), (640, 1));
}

fn pulled(view: View, grip: &str, by: (f64, f64), free: bool) -> View {
    view.pulled(Grip::from_word(grip), by, free)
}

#[test]
fn a_handle_moves_its_own_sides_and_no_others() {
    let start = logo(1200, 600).zoomed(2.0, (0.5, 0.5));
    assert_eq!(start.rectangle(), part(300, 150, 600, 300));
    for (grip, expected) in [
        ("nw", part(350, 170, 550, 280)),
        ("ne", part(300, 170, 650, 280)),
        ("sw", part(350, 150, 550, 320)),
        ("se", part(300, 150, 650, 320)),
        ("n", part(300, 170, 600, 280)),
        ("e", part(300, 150, 650, 300)),
        ("s", part(300, 150, 600, 320)),
        ("w", part(350, 150, 550, 300)),
    ] {
        assert_eq!(pulled(start, grip, (50.0, 20.0), true).rectangle(), expected, "{grip}");
    }
}

#[test]
fn a_shape_that_is_not_free_is_kept_by_its_handles() {
    let wide = logo(1200, 600).shaped(3.0).unwrap().zoomed(2.0, (0.5, 0.5));
    assert_eq!(wide.rectangle(), part(300, 200, 600, 200));
    assert_eq!(pulled(wide, "se", (150.0, 50.0), false).rectangle(), part(300, 200, 750, 250));
    assert_eq!(pulled(wide, "nw", (150.0, 50.0), false).rectangle(), part(450, 250, 450, 150));
    // As far as the nearer edge of the picture goes.
    assert_eq!(pulled(wide, "se", (9e9, 9e9), false).rectangle(), part(300, 200, 900, 300));
    assert_eq!(pulled(wide, "se", (-9e9, -9e9), false).rectangle(), part(300, 200, 240, 80));
}

#[test]
fn a_pulled_part_stays_large_enough_by_the_side_that_is_pulled() {
    let start = logo(1200, 600);
    assert_eq!(pulled(start, "e", (-9e9, 0.0), true).rectangle(), part(0, 0, 16, 600));
    assert_eq!(pulled(start, "s", (0.0, -9e9), true).rectangle(), part(0, 0, 1200, 16));
    assert_eq!(pulled(start, "se", (-9e9, -9e9), true).rectangle(), part(0, 0, 16, 80));
    let strip = pulled(start, "s", (0.0, -540.0), true);
    assert_eq!(pulled(strip, "w", (9e9, 0.0), true).rectangle(), part(960, 0, 240, 60));
    // What is exactly as wide as it must be may be as low as a line, again and again.
    let least = pulled(pulled(strip, "w", (960.0, 0.0), true), "s", (0.0, -40.0), true);
    assert_eq!(least.rectangle(), part(960, 0, 240, 20));
    assert_eq!(pulled(least, "n", (0.0, 1.0), true).rectangle(), part(960, 1, 240, 19));
}

#[test]
fn a_pull_that_is_no_number_changes_nothing() {
    let start = logo(1200, 600).zoomed(1.7, (0.1, 0.9));
    for by in [(f64::NAN, 0.0), (0.0, f64::INFINITY), (f64::NEG_INFINITY, f64::NAN)] {
        assert_eq!(pulled(start, "se", by, true), start);
        assert_eq!(pulled(start, "nw", by, false), start);
    }
}

#[test]
fn whatever_is_pulled_stays_inside_and_is_taken_by_the_server() {
    for (width, height) in [(4000, 16), (16, 4000), (241, 333), (960, 320), (1201, 77), (7000, 3001)] {
        let start = logo(width, height).zoomed(2.3, (0.3, 0.8));
        for grip in Grip::CORNERS.into_iter().chain(Grip::EDGES) {
            for by in [(-9e9, -9e9), (9e9, 9e9), (-9e9, 9e9), (-77.7, 13.1), (31.0, -900.0), (0.2, 0.4)] {
                for free in [true, false] {
                    let once = pulled(start, grip, by, free);
                    let view = pulled(once, "se", (-by.0, by.1), free).moved(0.3, -0.7);
                    let Rectangle { x, y, width: across, height: down } = view.rectangle();
                    let told = format!("{width}x{height} {grip} {by:?} {free}: {across}x{down}");
                    assert!(x + across <= width && y + down <= height, "{told}");
                    assert!(domain::branding::is_large_enough(across, down), "{told}");
                    assert!(view.zoom() >= 1.0 && view.zoom() <= view.max_zoom() + 0.01, "{told}");
                    assert!(free || (view.ratio() - start.ratio()).abs() < 1e-9, "{told}");
                }
            }
        }
    }
}

const PANE: Pane = Pane { ratio: 2.0, margin: 0.1 };

fn rounded(place: [f64; 4]) -> [i64; 4] {
    place.map(|percent| percent.round() as i64)
}

#[test]
fn the_frame_fits_its_stage_with_a_margin() {
    let flat = logo(800, 200);
    // 10 % of the width left and right; the frame is a fourth of its width high, which is half as many percent again.
    assert_eq!(rounded(Seen::new(PANE, flat, None).part(flat)), [10, 30, 80, 40]);
    let tall = logo(200, 800);
    assert_eq!(rounded(Seen::new(PANE, tall, None).part(tall)), [46, 20, 8, 60]);
    let near = flat.zoomed(2.0, (0.0, 0.0));
    assert_eq!(rounded(Seen::new(PANE, near, None).part(near)), [10, 30, 80, 40]);
    assert_eq!(rounded(Seen::new(PANE, near, None).picture(near)), [10, 30, 160, 80]);
    let all = Pane { ratio: 1.0, margin: 0.0 };
    assert_eq!(rounded(Seen::new(all, view(300, 300), None).part(view(300, 300))), [0, 0, 100, 100]);
}

#[test]
fn the_picture_lies_still_while_a_part_is_pulled_smaller() {
    let start = logo(800, 200).zoomed(2.0, (0.5, 0.5));
    let still = Seen::new(PANE, start, None);
    let pull = Pull { id: 1, grip: Grip::from_word("e"), from: start, at: (0.9, 0.5) };
    // The handle goes with the finger: 40 % of the stage are half of the part.
    let half = pull.moved((0.5, 0.5), PANE, true);
    assert_eq!(half.rectangle(), part(200, 50, 200, 100));
    assert_eq!(Seen::new(PANE, half, Some(start)), still);
    assert_eq!(rounded(still.part(half)), [10, 30, 40, 40]);
    // Pulled further out than is seen, more of the picture comes into sight.
    let more = pull.moved((1.1, 0.5), PANE, true);
    assert_eq!(more.rectangle(), part(200, 50, 500, 100));
    assert_eq!(rounded(Seen::new(PANE, more, Some(start)).part(more)), [10, 34, 80, 32]);
}

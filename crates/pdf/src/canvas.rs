//! Pages of drawn things, and the tree that tells a screen reader what they are and in which order to read them.

use krilla::{
    Data, Document, SerializeSettings,
    color::rgb,
    configure::{Accessibility, Archival, ConfigurationBuilder},
    destination::XyzDestination,
    geom::{PathBuilder, Point, Rect, Size, Transform},
    image::Image,
    metadata::{DateTime, Metadata},
    outline::{Outline, OutlineNode},
    page::PageSettings,
    paint::Fill,
    surface::Surface,
    tagging::{
        Artifact, ArtifactType, ContentTag, Identifier, SpanTag, TableHeaderScope, Tag, TagGroup, TagTree,
    },
    text::TextDirection,
};

use crate::{
    Failure, Sheet,
    letters::{Letters, Weight},
};

/// A4, in points.
pub(crate) const WIDTH: f32 = 595.28;
pub(crate) const HEIGHT: f32 = 841.89;
pub(crate) const MARGIN: f32 = 48.0;

#[derive(Clone, Copy, Debug)]
pub(crate) enum Ink {
    Text,
    Muted,
    Accent,
    Line,
}

impl Ink {
    fn color(self) -> rgb::Color {
        match self {
            Self::Text => rgb::Color::new(0x1c, 0x19, 0x17),
            Self::Muted => rgb::Color::new(0x57, 0x52, 0x4d),
            Self::Accent => rgb::Color::new(0x0f, 0x76, 0x6e),
            Self::Line => rgb::Color::new(0xd9, 0xd6, 0xd3),
        }
    }
}

/// How text stands.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Style {
    pub size: f32,
    pub weight: Weight,
    pub ink: Ink,
}

#[derive(Debug)]
pub(crate) enum Drawn {
    /// Its base line begins at `x`, `y`.
    Text {
        x: f32,
        y: f32,
        text: String,
        style: Style,
    },
    Logo {
        x: f32,
        y: f32,
        width: f32,
        height: f32,
    },
    /// For the eye only.
    Rule {
        y: f32,
        left: f32,
        right: f32,
        thick: f32,
        ink: Ink,
    },
}

/// What something is, for whoever reads it aloud.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Role {
    Title,
    Text,
    Logo,
    Table,
    Row,
    Heading,
    Cell,
}

/// A part of the document in reading order: parts of its own, then what is drawn for it as (page, place on it).
#[derive(Debug)]
pub(crate) struct Part {
    pub role: Role,
    pub parts: Vec<Part>,
    pub drawn: Vec<(usize, usize)>,
}

#[derive(Debug, Default)]
pub(crate) struct Laid {
    pub pages: Vec<Vec<Drawn>>,
    pub parts: Vec<Part>,
}

pub(crate) fn write(
    sheet: &Sheet,
    laid: &Laid,
    page_of: impl Fn(usize, usize) -> String,
) -> Result<Vec<u8>, Failure> {
    let letters = Letters::load()?;
    let configuration = ConfigurationBuilder::new()
        .with_archival_validator(Archival::A2_A)
        .with_accessibility_validator(Accessibility::UA1)
        .finish()
        .map_err(|error| Failure(format!("{error:?}")))?;
    let mut document =
        Document::new_with(SerializeSettings { configuration, ..SerializeSettings::default() });
    let logo = sheet.logo.as_ref().map(|(png, _, _)| Image::from_png(Data::from(png.clone()), false));
    let logo = logo.transpose().map_err(Failure)?;
    let settings = PageSettings::from_wh(WIDTH, HEIGHT).ok_or_else(|| Failure("no page size".to_owned()))?;
    let mut identifiers: Vec<Vec<Option<Identifier>>> = Vec::new();
    for (index, drawn) in laid.pages.iter().enumerate() {
        let mut page = document.start_page_with(settings.clone());
        let mut surface = page.surface();
        let page_identifiers =
            drawn.iter().map(|drawn| draw(&mut surface, drawn, &letters, logo.as_ref())).collect();
        identifiers.push(page_identifiers);
        let footer = Style { size: 8.0, weight: Weight::Regular, ink: Ink::Muted };
        let number = letters.known(&page_of(index + 1, laid.pages.len()));
        let right = WIDTH - MARGIN - letters.width(&number, footer.weight, footer.size);
        let y = HEIGHT - 30.0;
        rule(&mut surface, y - 14.0, MARGIN, WIDTH - MARGIN, 0.6, Ink::Line);
        artifact(
            &mut surface,
            ArtifactType::Footer,
            &letters,
            MARGIN,
            y,
            &letters.known(&sheet.footer),
            footer,
        );
        artifact(&mut surface, ArtifactType::Footer, &letters, right, y, &number, footer);
        surface.finish();
        page.finish();
    }
    let mut tree = TagTree::new().with_lang(Some(sheet.language.to_owned()));
    for part in &laid.parts {
        tree.push(group(part, sheet, &identifiers));
    }
    document.set_tag_tree(tree);
    let mut outline = Outline::new();
    let top = XyzDestination::new(0, Point::from_xy(0.0, 0.0));
    outline.push_child(OutlineNode::new(sheet.name(), top));
    document.set_outline(outline);
    let (year, month, day) = sheet.issued;
    let metadata = Metadata::new()
        .title(sheet.name())
        .language(sheet.language.to_owned())
        .authors(vec![sheet.author.clone()])
        .creator("Ayar".to_owned())
        .creation_date(DateTime::new(year).month(month).day(day).hour(0).minute(0).second(0))
        .document_id(sheet.number.clone());
    document.set_metadata(metadata);
    document.finish().map_err(|error| Failure(format!("{error:?}")))
}

/// Gives what the tree names it by, unless it is for the eye only.
fn draw(
    surface: &mut Surface<'_>,
    drawn: &Drawn,
    letters: &Letters,
    logo: Option<&Image>,
) -> Option<Identifier> {
    match drawn {
        Drawn::Text { x, y, text, style } => {
            let identifier = surface.start_tagged(ContentTag::Span(SpanTag::empty()));
            write_text(surface, letters, *x, *y, text, *style);
            surface.end_tagged();
            Some(identifier)
        }
        Drawn::Logo { x, y, width, height } => {
            let (image, size) = logo.zip(Size::from_wh(*width, *height))?;
            let identifier = surface.start_tagged(ContentTag::Other);
            surface.push_transform(&Transform::from_translate(*x, *y));
            surface.draw_image(image.clone(), size);
            surface.pop();
            surface.end_tagged();
            Some(identifier)
        }
        Drawn::Rule { y, left, right, thick, ink } => {
            rule(surface, *y, *left, *right, *thick, *ink);
            None
        }
    }
}

fn rule(surface: &mut Surface<'_>, y: f32, left: f32, right: f32, thick: f32, ink: Ink) {
    let mut path = PathBuilder::new();
    if let Some(bar) = Rect::from_ltrb(left, y, right, y + thick) {
        path.push_rect(bar);
    }
    if let Some(path) = path.finish() {
        surface.start_tagged(ContentTag::Artifact(Artifact::with_kind(ArtifactType::Layout)));
        surface.set_fill(Some(Fill { paint: ink.color().into(), ..Fill::default() }));
        surface.draw_path(&path);
        surface.end_tagged();
    }
}

fn artifact(
    surface: &mut Surface<'_>,
    kind: ArtifactType,
    letters: &Letters,
    x: f32,
    y: f32,
    text: &str,
    style: Style,
) {
    surface.start_tagged(ContentTag::Artifact(Artifact::with_kind(kind)));
    write_text(surface, letters, x, y, text, style);
    surface.end_tagged();
}

fn write_text(surface: &mut Surface<'_>, letters: &Letters, x: f32, y: f32, text: &str, style: Style) {
    let Style { size, weight, ink } = style;
    surface.set_fill(Some(Fill { paint: ink.color().into(), ..Fill::default() }));
    surface.draw_text(
        Point::from_xy(x, y),
        letters.font(weight),
        size,
        text,
        false,
        TextDirection::LeftToRight,
    );
}

fn group(part: &Part, sheet: &Sheet, identifiers: &[Vec<Option<Identifier>>]) -> TagGroup {
    let mut group = match part.role {
        Role::Title => TagGroup::new(Tag::Hn(std::num::NonZeroU16::MIN, Some(sheet.name()))),
        Role::Text => TagGroup::new(Tag::P),
        Role::Logo => TagGroup::new(Tag::Figure(Some(sheet.logo_name.clone()))),
        Role::Table => TagGroup::new(Tag::Table),
        Role::Row => TagGroup::new(Tag::TR),
        Role::Heading => TagGroup::new(Tag::TH(TableHeaderScope::Column)),
        Role::Cell => TagGroup::new(Tag::TD),
    };
    for inner in &part.parts {
        group.push(self::group(inner, sheet, identifiers));
    }
    for (page, place) in &part.drawn {
        if let Some(Some(identifier)) = identifiers.get(*page).and_then(|page| page.get(*place)) {
            group.push(*identifier);
        }
    }
    group
}

//! Where each text of an invoice stands.

use crate::{
    Failure,
    canvas::{Drawn, HEIGHT, Ink, Laid, MARGIN, Part, Role, Style, WIDTH},
    letters::{Letters, Weight},
};

/// What stands on an invoice, in words that are ready to be read.
#[derive(Clone, Debug, Default)]
pub struct Sheet {
    /// `tr`
    pub language: String,
    /// `FATURA`
    pub title: String,
    pub number: String,
    /// Year, month and day, in the zone it was issued in.
    pub issued: (u16, u8, u8),
    /// Who made it.
    pub author: String,
    /// A PNG with its size in pixels.
    pub logo: Option<(Vec<u8>, u32, u32)>,
    /// What the logo shows; stands in its place where there is none.
    pub logo_name: String,
    pub seller: Party,
    pub buyer: Party,
    pub facts: Facts,
    pub columns: Vec<Column>,
    /// As many cells as there are columns.
    pub rows: Vec<Vec<String>>,
    /// The last one is what is to be paid.
    pub totals: Facts,
    /// Each with its label.
    pub words: Facts,
    pub notes: Vec<String>,
    pub footer: String,
}

impl Sheet {
    pub(crate) fn name(&self) -> String {
        format!("{} {}", self.title, self.number)
    }
}

/// Labels and what they say.
pub type Facts = Vec<(String, String)>;

#[derive(Clone, Debug, Default)]
pub struct Party {
    pub label: String,
    pub name: String,
    pub lines: Vec<String>,
}

#[derive(Clone, Debug)]
pub struct Column {
    pub title: String,
    /// Parts of the whole width, which is 100.
    pub width: f32,
    /// Figures stand at the right.
    pub at_end: bool,
}

const INNER: f32 = WIDTH - 2.0 * MARGIN;
/// Nothing but the footer stands below.
const BOTTOM: f32 = HEIGHT - 64.0;
const GAP: f32 = 24.0;
const CELL: f32 = 6.0;

const TITLE: Style = Style { size: 20.0, weight: Weight::Bold, ink: Ink::Accent };
const NUMBER: Style = Style { size: 11.0, weight: Weight::Bold, ink: Ink::Text };
const NAME: Style = Style { size: 10.5, weight: Weight::Bold, ink: Ink::Text };
const LABEL: Style = Style { size: 8.0, weight: Weight::Regular, ink: Ink::Muted };
const BODY: Style = Style { size: 9.5, weight: Weight::Regular, ink: Ink::Text };
const STRONG: Style = Style { size: 9.5, weight: Weight::Bold, ink: Ink::Text };
const TOTAL: Style = Style { size: 12.5, weight: Weight::Bold, ink: Ink::Text };
const SMALL: Style = Style { size: 8.5, weight: Weight::Regular, ink: Ink::Muted };
/// The largest that a logo is drawn.
const LOGO: (f32, f32) = (190.0, 46.0);

impl Style {
    fn line(self) -> f32 {
        self.size * 1.42
    }
}

struct Paper<'s> {
    sheet: &'s Sheet,
    letters: Letters,
    laid: Laid,
    /// The top of what comes next.
    y: f32,
}

pub(crate) fn lay_out(sheet: &Sheet) -> Result<Laid, Failure> {
    let laid = Laid { pages: vec![Vec::new()], parts: Vec::new() };
    let mut paper = Paper { sheet, letters: Letters::load()?, laid, y: MARGIN };
    paper.head();
    paper.parties();
    paper.facts();
    paper.table();
    paper.totals();
    paper.words();
    paper.notes();
    Ok(paper.laid)
}

impl Paper<'_> {
    fn push(&mut self, drawn: Drawn) -> (usize, usize) {
        let page = self.laid.pages.len() - 1;
        self.laid.pages[page].push(drawn);
        (page, self.laid.pages[page].len() - 1)
    }

    fn rule(&mut self, y: f32, left: f32, thick: f32, ink: Ink) {
        self.push(Drawn::Rule { y, left, right: WIDTH - MARGIN, thick, ink });
    }

    /// Goes to a new page unless there is room for `height`.
    fn need(&mut self, height: f32) -> bool {
        let is_full = self.y + height > BOTTOM;
        if is_full {
            self.laid.pages.push(Vec::new());
            self.y = MARGIN;
        }
        is_full
    }

    /// Writes lines below each other from `y` on; gives what was drawn, and where they end. A line that goes on ends with
    /// a space, so that whoever copies the text has its words apart.
    fn lines(&mut self, text: &str, x: f32, y: f32, most: f32, style: Style) -> (Vec<(usize, usize)>, f32) {
        let known = self.letters.known(text);
        let lines = self.letters.wrap(&known, style.weight, style.size, most);
        let (count, mut drawn) = (lines.len(), Vec::new());
        for (index, line) in lines.into_iter().enumerate() {
            #[expect(clippy::cast_precision_loss, reason = "a page has few lines")]
            let y = y + style.line() * index as f32 + style.size * 1.08;
            let text = if index + 1 < count { format!("{line} ") } else { line };
            drawn.push(self.push(Drawn::Text { x, y, text, style }));
        }
        #[expect(clippy::cast_precision_loss, reason = "a page has few lines")]
        let end = y + style.line() * count as f32;
        (drawn, end)
    }

    /// One line that ends at `right`.
    fn line_to(&mut self, text: &str, right: f32, y: f32, style: Style) -> Vec<(usize, usize)> {
        let text = self.letters.known(text);
        let x = right - self.letters.width(&text, style.weight, style.size);
        vec![self.push(Drawn::Text { x, y: y + style.size * 1.08, text, style })]
    }

    fn part(&mut self, role: Role, drawn: Vec<(usize, usize)>) {
        self.laid.parts.push(Part { role, parts: Vec::new(), drawn });
    }

    /// The logo at the left, what it is at the right.
    fn head(&mut self) {
        let (sheet, top) = (self.sheet, self.y);
        let bottom = match &sheet.logo {
            Some((_, width, height)) => {
                #[expect(clippy::cast_precision_loss, reason = "no logo is as wide")]
                let (width, height) = ((*width).max(1) as f32, (*height).max(1) as f32);
                let scale = (LOGO.0 / width).min(LOGO.1 / height);
                let (width, height) = (width * scale, height * scale);
                let drawn = self.push(Drawn::Logo { x: MARGIN, y: top, width, height });
                self.part(Role::Logo, vec![drawn]);
                top + height
            }
            None => {
                let (drawn, end) = self.lines(&sheet.logo_name, MARGIN, top + 4.0, INNER / 2.0, NAME);
                self.part(Role::Text, drawn);
                end
            }
        };
        let right = WIDTH - MARGIN;
        let mut title = self.line_to(&sheet.title, right, top - 4.0, TITLE);
        title.extend(self.line_to(&sheet.number, right, top - 4.0 + TITLE.line(), NUMBER));
        self.part(Role::Title, title);
        self.y = bottom.max(top + TITLE.line() + NUMBER.line()) + 14.0;
        self.rule(self.y, MARGIN, 1.6, Ink::Accent);
        self.y += 18.0;
    }

    fn parties(&mut self) {
        let (sheet, width, top) = (self.sheet, (INNER - GAP) / 2.0, self.y);
        let mut bottom = top;
        for (party, x) in [(&sheet.seller, MARGIN), (&sheet.buyer, MARGIN + width + GAP)] {
            let (label, y) = self.lines(&party.label, x, top, width, LABEL);
            self.part(Role::Text, label);
            let (name, mut y) = self.lines(&party.name, x, y + 2.0, width, NAME);
            self.part(Role::Text, name);
            for line in &party.lines {
                let (drawn, end) = self.lines(line, x, y, width, BODY);
                self.part(Role::Text, drawn);
                y = end;
            }
            bottom = bottom.max(y);
        }
        self.y = bottom + 16.0;
    }

    /// Small labels with what they say below, side by side.
    fn facts(&mut self) {
        let sheet = self.sheet;
        self.rule(self.y, MARGIN, 0.6, Ink::Line);
        self.y += 9.0;
        #[expect(clippy::cast_precision_loss, reason = "a handful")]
        let width = INNER / sheet.facts.len().max(1) as f32;
        let (mut x, mut bottom) = (MARGIN, self.y);
        for (label, said) in &sheet.facts {
            let (mut drawn, y) = self.lines(label, x, self.y, width - CELL, LABEL);
            let (said, end) = self.lines(said, x, y, width - CELL, BODY);
            drawn.extend(said);
            self.part(Role::Text, drawn);
            (x, bottom) = (x + width, bottom.max(end));
        }
        self.y = bottom + 18.0;
    }

    fn cell(&mut self, column: usize, text: &str, style: Style) -> (Vec<(usize, usize)>, f32) {
        let columns = &self.sheet.columns;
        let share =
            |columns: &[Column]| INNER * columns.iter().map(|column| column.width).sum::<f32>() / 100.0;
        let (x, width) = (MARGIN + share(&columns[..column]), share(&columns[column..=column]));
        if !columns[column].at_end {
            return self.lines(text, x, self.y, width - CELL, style);
        }
        // Wrapped as well, each line to the right.
        let known = self.letters.known(text);
        let wrapped = self.letters.wrap(&known, style.weight, style.size, width - CELL);
        let (mut drawn, mut y) = (Vec::new(), self.y);
        for line in wrapped {
            drawn.extend(self.line_to(&line, x + width, y, style));
            y += style.line();
        }
        (drawn, y)
    }

    fn row(&mut self, role: Role, cells: &[String], style: Style) -> Part {
        let (mut parts, mut bottom) = (Vec::new(), self.y);
        for (column, text) in cells.iter().enumerate().take(self.sheet.columns.len()) {
            let (drawn, end) = self.cell(column, text, style);
            parts.push(Part { role, parts: Vec::new(), drawn });
            bottom = bottom.max(end);
        }
        self.y = bottom;
        Part { role: Role::Row, parts, drawn: Vec::new() }
    }

    fn headings(&mut self) -> Part {
        let titles: Vec<String> = self.sheet.columns.iter().map(|column| column.title.clone()).collect();
        let row = self.row(Role::Heading, &titles, LABEL);
        self.y += 5.0;
        self.rule(self.y, MARGIN, 1.0, Ink::Text);
        self.y += 6.0;
        row
    }

    /// A row stays on one page; on every page the headings come again, read once.
    fn table(&mut self) {
        let sheet = self.sheet;
        let mut rows = vec![self.headings()];
        for cells in &sheet.rows {
            let height = self.height_of(cells);
            if self.need(height + 12.0) {
                rows.push(self.headings());
            }
            rows.push(self.row(Role::Cell, cells, BODY));
            self.y += 5.0;
            self.rule(self.y, MARGIN, 0.6, Ink::Line);
            self.y += 6.0;
        }
        self.laid.parts.push(Part { role: Role::Table, parts: rows, drawn: Vec::new() });
    }

    fn height_of(&self, cells: &[String]) -> f32 {
        let lines = cells.iter().zip(&self.sheet.columns).map(|(text, column)| {
            let width = INNER * column.width / 100.0 - CELL;
            self.letters.wrap(&self.letters.known(text), BODY.weight, BODY.size, width).len()
        });
        #[expect(clippy::cast_precision_loss, reason = "a page has few lines")]
        let lines = lines.max().unwrap_or(1) as f32;
        lines * BODY.line()
    }

    fn totals(&mut self) {
        let (sheet, left) = (self.sheet, MARGIN + INNER * 0.52);
        #[expect(clippy::cast_precision_loss, reason = "a handful")]
        let height = 30.0 + BODY.line() * 1.25 * sheet.totals.len() as f32;
        self.need(height);
        self.y += 6.0;
        let last = sheet.totals.len().saturating_sub(1);
        for (index, (label, said)) in sheet.totals.iter().enumerate() {
            let style = if index == last { TOTAL } else { BODY };
            if index == last {
                self.y += 3.0;
                self.rule(self.y, left, 1.0, Ink::Text);
                self.y += 6.0;
            }
            let (mut drawn, _) = self.lines(&format!("{label} "), left, self.y, INNER * 0.3, style);
            drawn.extend(self.line_to(said, WIDTH - MARGIN, self.y, style));
            self.part(Role::Text, drawn);
            self.y += style.line() * 1.15;
        }
        self.y += 12.0;
    }

    fn words(&mut self) {
        let sheet = self.sheet;
        for (label, said) in &sheet.words {
            self.need(60.0);
            let (mut drawn, y) = self.lines(label, MARGIN, self.y, INNER, LABEL);
            let (said, end) = self.lines(said, MARGIN, y, INNER, STRONG);
            drawn.extend(said);
            self.part(Role::Text, drawn);
            self.y = end + 8.0;
        }
    }

    fn notes(&mut self) {
        let sheet = self.sheet;
        self.y += 6.0;
        for note in &sheet.notes {
            self.need(40.0);
            let (drawn, end) = self.lines(note, MARGIN, self.y, INNER, SMALL);
            self.part(Role::Text, drawn);
            self.y = end + 4.0;
        }
    }
}

//! Joins the files that pieces share to a few.
//!
//! The splitter makes a file for every *set* of pieces that share a function: hundreds, most of them smaller than what a
//! request costs. Such a file gives nothing away. It fills places of the one memory and the one table when it is instantiated, so two of them can be one that is
//! loaded whenever either was.

use crate::names::LOADER;
use eyre::{Context, OptionExt, Result, bail, ensure};
use std::{
    collections::{BTreeMap, BTreeSet, HashMap},
    convert::Infallible,
    path::Path,
};
use wasm_encoder::{
    CodeSection, DataCountSection, DataSection, ElementSection, EntityType, FunctionSection, ImportSection,
    Module, TypeSection,
    reencode::{Error, Reencode},
};
use wasmparser::{Parser, Payload};

/// A request of its own costs a page as much as so many bytes of Wasm that it does not need: two kilobytes as sent.
const REQUEST: u64 = 10_000;
/// How the splitter calls files that pieces share.
const SHARED: &str = "chunk_";

/// Joins the shared files in `package`; `pages` says which page loads which files, before and after.
pub fn join(package: &Path, pages: &mut HashMap<String, Vec<String>>) -> Result<()> {
    let file = |name: &str| package.join(format!("{name}.wasm"));
    let mut shared = BTreeMap::<&String, u128>::new();
    ensure!(pages.len() <= 128, "more pieces than a set here has places");
    for (page, files) in pages.values().enumerate() {
        for name in files.iter().filter(|name| name.starts_with(SHARED)) {
            *shared.entry(name).or_default() |= 1 << page;
        }
    }
    let parts = shared.into_iter().map(|(name, pages)| {
        let bytes = std::fs::metadata(file(name)).wrap_err_with(|| name.clone())?.len();
        Ok(Part { names: vec![name.clone()], pages, bytes })
    });
    let mut first = BTreeMap::new();
    for part in together(parts.collect::<Result<_>>()?).iter().filter(|part| part.names.len() > 1) {
        let files = part.names.iter().map(|name| std::fs::read(file(name))).collect::<Result<Vec<_>, _>>()?;
        std::fs::write(file(&part.names[0]), one(&files).wrap_err_with(|| part.names.join(", "))?)?;
        part.names[1..].iter().try_for_each(|name| std::fs::remove_file(file(name)))?;
        first.extend(part.names.iter().map(|name| (name.clone(), part.names[0].clone())));
    }
    for files in pages.values_mut() {
        let mut seen = BTreeSet::new();
        files.iter_mut().for_each(|name| {
            if let Some(first) = first.get(name) {
                name.clone_from(first);
            }
        });
        files.retain(|name| seen.insert(name.clone()));
    }
    let loader = package.join(format!("{LOADER}.js"));
    Ok(std::fs::write(&loader, loads(&std::fs::read_to_string(&loader)?, &first)?)?)
}

/// Files that are loaded together.
#[derive(Clone, Debug, PartialEq)]
struct Part {
    names: Vec<String>,
    /// A bit for each page that loads it.
    pages: u128,
    bytes: u64,
}

impl Part {
    /// What all its pages pay for it.
    fn cost(&self) -> u64 {
        u64::from(self.pages.count_ones()) * (self.bytes + REQUEST)
    }

    fn with(&self, other: &Self) -> Self {
        Self {
            names: [&*self.names, &*other.names].concat(),
            pages: self.pages | other.pages,
            bytes: self.bytes + other.bytes,
        }
    }

    fn gain(&self, other: &Self) -> Option<u64> {
        let together =
            u64::from((self.pages | other.pages).count_ones()) * (self.bytes + other.bytes + REQUEST);
        (self.cost() + other.cost()).checked_sub(together).filter(|gain| *gain > 0)
    }
}

/// Joins whichever two gain most, until no two gain anything.
fn together(mut parts: Vec<Part>) -> Vec<Part> {
    loop {
        let pairs = (0..parts.len()).flat_map(|one| (one + 1..parts.len()).map(move |other| (one, other)));
        let best = pairs.filter_map(|(one, other)| Some((parts[one].gain(&parts[other])?, one, other))).max();
        let Some((_, one, other)) = best else { return parts };
        let other = parts.swap_remove(other);
        parts[one] = parts[one].with(&other);
    }
}

/// One module that does what all of them do.
fn one(files: &[Vec<u8>]) -> Result<Vec<u8>> {
    let mut joined = Joined::default();
    files.iter().try_for_each(|file| joined.add(file))?;
    Ok(joined.finish())
}

#[derive(Default)]
struct Joined {
    types: TypeSection,
    imports: Vec<Import>,
    functions: FunctionSection,
    elements: ElementSection,
    code: CodeSection,
    data: DataSection,
}

struct Import {
    module: String,
    name: String,
    kind: EntityType,
}

/// Where in the joined module the own things of a file begin, and where its imports are.
#[derive(Default)]
struct Places {
    types: u32,
    functions: u32,
    elements: u32,
    data: u32,
    memories: Vec<u32>,
    tables: Vec<u32>,
    globals: Vec<u32>,
}

impl Joined {
    fn add(&mut self, file: &[u8]) -> Result<()> {
        let mut places = Places {
            types: self.types.len(),
            functions: self.functions.len(),
            elements: self.elements.len(),
            data: self.data.len(),
            ..Places::default()
        };
        for payload in Parser::new(0).parse_all(file) {
            match payload? {
                Payload::TypeSection(section) => places.parse_type_section(&mut self.types, section)?,
                Payload::ImportSection(section) => {
                    for import in section.into_imports() {
                        self.import(&mut places, import?)?;
                    }
                }
                Payload::FunctionSection(section) => {
                    places.parse_function_section(&mut self.functions, section)?;
                }
                Payload::ElementSection(section) => {
                    places.parse_element_section(&mut self.elements, section)?
                }
                Payload::CodeSectionEntry(body) => places.parse_function_body(&mut self.code, body)?,
                Payload::DataSection(section) => places.parse_data_section(&mut self.data, section)?,
                Payload::Version { .. }
                | Payload::CodeSectionStart { .. }
                | Payload::DataCountSection { .. }
                | Payload::CustomSection(_)
                | Payload::End(_) => {}
                Payload::ExportSection(section) if section.count() == 0 => {}
                other => bail!("a shared file has what no other had before: {other:?}"),
            }
        }
        Ok(())
    }

    /// Everything is imported once, under its name.
    fn import(&mut self, places: &mut Places, import: wasmparser::Import<'_>) -> Result<()> {
        let kind = places.entity_type(import.ty)?;
        let same = |other: &&Import| std::mem::discriminant(&other.kind) == std::mem::discriminant(&kind);
        let found = self
            .imports
            .iter()
            .filter(same)
            .position(|other| (&*other.module, &*other.name) == (import.module, import.name));
        let at = found.unwrap_or_else(|| self.imports.iter().filter(same).count());
        let list = match kind {
            EntityType::Memory(_) => &mut places.memories,
            EntityType::Table(_) => &mut places.tables,
            EntityType::Global(_) => &mut places.globals,
            other => bail!("a shared file imports {other:?}"),
        };
        list.push(u32::try_from(at)?);
        if found.is_none() {
            self.imports.push(Import {
                module: import.module.to_owned(),
                name: import.name.to_owned(),
                kind,
            });
        }
        Ok(())
    }

    fn finish(self) -> Vec<u8> {
        let mut imports = ImportSection::new();
        for Import { module, name, kind } in &self.imports {
            imports.import(module, name, *kind);
        }
        let mut module = Module::new();
        module
            .section(&self.types)
            .section(&imports)
            .section(&self.functions)
            .section(&self.elements)
            .section(&DataCountSection { count: self.data.len() })
            .section(&self.code)
            .section(&self.data);
        module.finish()
    }
}

impl Reencode for Places {
    type Error = Infallible;

    fn type_index(&mut self, index: u32) -> Result<u32, Error<Infallible>> {
        Ok(self.types + index)
    }

    fn function_index(&mut self, index: u32) -> Result<u32, Error<Infallible>> {
        Ok(self.functions + index)
    }

    fn element_index(&mut self, index: u32) -> Result<u32, Error<Infallible>> {
        Ok(self.elements + index)
    }

    fn data_index(&mut self, index: u32) -> Result<u32, Error<Infallible>> {
        Ok(self.data + index)
    }

    fn memory_index(&mut self, index: u32) -> Result<u32, Error<Infallible>> {
        Ok(self.memories[index as usize])
    }

    fn table_index(&mut self, index: u32) -> Result<u32, Error<Infallible>> {
        Ok(self.tables[index as usize])
    }

    fn global_index(&mut self, index: u32) -> Result<u32, Error<Infallible>> {
        Ok(self.globals[index as usize])
    }
}

/// The loader, which loads only the `first` of files that are one now.
fn loads(loader: &str, first: &BTreeMap<String, String>) -> Result<String> {
    const END: &str = ", []);\n";
    let mut text = loader.to_owned();
    for name in first.iter().filter(|(name, first)| name != first).map(|(name, _)| name) {
        let start =
            text.find(&format!("const __{name} = makeLoad(")).ok_or_eyre("the loader has another form")?;
        let end = text[start..].find(END).ok_or_eyre("the loader has another form")?;
        text.replace_range(start..start + end + END.len(), "");
    }
    let mut done = String::with_capacity(text.len());
    let mut rest = &*text;
    while let Some((before, list)) = rest.split_once(&format!("[__{SHARED}")) {
        let (list, after) = list.split_once(']').ok_or_eyre("the loader has another form")?;
        let names = list.split(", ").map(|name| name.trim_start_matches(&format!("__{SHARED}")));
        let names = names.map(|number| format!("{SHARED}{number}"));
        let firsts: BTreeSet<_> = names.map(|name| first.get(&name).unwrap_or(&name).clone()).collect();
        let firsts: Vec<_> = firsts.iter().map(|name| format!("__{name}")).collect();
        done += &format!("{before}[{}]", firsts.join(", "));
        rest = after;
    }
    done += rest;
    for name in first.iter().filter(|(name, first)| name != first).map(|(name, _)| format!("__{name}")) {
        let mut found = done.match_indices(&name).map(|(at, _)| &done[at + name.len()..]);
        ensure!(
            found.all(|after| after.starts_with(|next: char| next.is_ascii_digit())),
            "{name} is still loaded"
        );
    }
    Ok(done)
}

#[cfg(test)]
mod tests {
    use super::*;
    use wasm_encoder::{
        ConstExpr, Elements, Function, GlobalType, MemArg, MemoryType, RefType, TableType, ValType,
    };
    use wasmparser::{ElementItems, Operator, Validator};

    fn part(name: &str, pages: u128, bytes: u64) -> Part {
        Part { names: vec![name.to_owned()], pages, bytes }
    }

    #[test]
    fn small_files_are_joined_and_large_ones_that_some_do_not_need_stay() {
        let parts = vec![part("a", 0b0111, 900), part("b", 0b1111, 500), part("c", 0b0011, 60_000)];
        let mut joined: Vec<_> =
            together(parts).into_iter().map(|part| (part.names.join(""), part.pages)).collect();
        joined.sort();
        assert_eq!(joined, [("ab".to_owned(), 0b1111), ("c".to_owned(), 0b0011)]);
    }

    #[test]
    fn what_the_same_pages_load_is_one_file_however_large() {
        let parts = vec![part("a", 0b11, 90_000), part("b", 0b11, 80_000)];
        assert_eq!(
            together(parts),
            [Part { names: vec!["a".into(), "b".into()], pages: 0b11, bytes: 170_000 }]
        );
    }

    /// A function that reads memory where the stack ends, at `place` of the table; `text` at `place` of the memory.
    fn shared(place: i32, text: &str, globals: &[&str]) -> Vec<u8> {
        let mut types = TypeSection::new();
        types.ty().function([], [ValType::I32]);
        let (mut imports, stack) =
            (ImportSection::new(), GlobalType { val_type: ValType::I32, mutable: true, shared: false });
        let memory =
            MemoryType { minimum: 1, maximum: None, memory64: false, shared: false, page_size_log2: None };
        let table = TableType {
            element_type: RefType::FUNCREF,
            minimum: 9,
            maximum: None,
            table64: false,
            shared: false,
        };
        imports.import("m", "memory", memory).import("m", "table", table);
        globals.iter().for_each(|name| _ = imports.import("m", name, stack));
        let (mut functions, mut elements) = (FunctionSection::new(), ElementSection::new());
        functions.function(0);
        elements.active(None, &ConstExpr::i32_const(place), Elements::Functions([0].as_slice().into()));
        let mut body = Function::new([]);
        body.instructions().global_get(0).i32_load(MemArg { offset: 0, align: 2, memory_index: 0 }).end();
        let (mut code, mut data) = (CodeSection::new(), DataSection::new());
        code.function(&body);
        data.active(0, &ConstExpr::i32_const(place), text.bytes());
        let mut module = Module::new();
        module
            .section(&types)
            .section(&imports)
            .section(&functions)
            .section(&elements)
            .section(&code)
            .section(&data);
        module.finish()
    }

    #[test]
    fn two_files_are_one_module_with_each_import_once() {
        let joined = one(&[shared(2, "two", &["stack"]), shared(5, "five", &["other", "stack"])]).unwrap();
        Validator::new().validate_all(&joined).unwrap();
        let (mut names, mut filled, mut read) = (Vec::new(), Vec::new(), Vec::new());
        for payload in Parser::new(0).parse_all(&joined) {
            match payload.unwrap() {
                Payload::ImportSection(section) => {
                    names.extend(section.into_imports().map(|import| import.unwrap().name.to_owned()));
                }
                Payload::ElementSection(section) => {
                    for element in section {
                        let ElementItems::Functions(items) = element.unwrap().items else {
                            panic!("no functions")
                        };
                        filled.extend(items.into_iter().map(Result::unwrap));
                    }
                }
                Payload::CodeSectionEntry(body) => {
                    let first = body.get_operators_reader().unwrap().read().unwrap();
                    let Operator::GlobalGet { global_index } = first else { panic!("{first:?}") };
                    read.push(global_index);
                }
                _ => {}
            }
        }
        assert_eq!(names, ["memory", "table", "stack", "other"]);
        assert_eq!((filled, read), (vec![0, 1], vec![0, 1]), "each its own function, each its own global");
    }

    #[test]
    fn the_loader_loads_what_was_joined_once() {
        let define =
            |name: &str| format!("const __{name} = makeLoad(() => fetch(\"./{name}.wasm\")\n, []);\n");
        let page = |name: &str, list: &str| {
            format!("export const {name} = wrapAsyncCb(makeLoad(() => {{}}, [{list}]));\n")
        };
        let loader = ["chunk_1", "chunk_2", "chunk_10"].map(define).concat()
            + &page("a", "__chunk_1, __chunk_2, __chunk_10")
            + &page("b", "__chunk_10")
            + &page("c", "");
        let first = [("chunk_1", "chunk_1"), ("chunk_2", "chunk_2"), ("chunk_10", "chunk_1")];
        let first = first.map(|(name, first)| (name.to_owned(), first.to_owned())).into();
        let expected = ["chunk_1", "chunk_2"].map(define).concat()
            + &page("a", "__chunk_1, __chunk_2")
            + &page("b", "__chunk_1")
            + &page("c", "");
        assert_eq!(loads(&loader, &first).unwrap(), expected);
        assert!(loads("something else", &first).is_err());
    }
}

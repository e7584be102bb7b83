use super::*;

const ID: &str = "019ab000-0000-7000-8000-000000000000";

fn not_found<T: std::fmt::Debug>(result: Result<T, AppError>) {
    assert_eq!(result.unwrap_err(), Code::NotFound.into());
}

#[test]
fn what_is_no_identifier_does_not_exist() {
    not_found(OneCategoryForm { category: "1".into() }.parse());
    not_found(CategoryForm { name: "A".into(), parent: "x".into(), ..CategoryForm::default() }.parse());
    not_found(CategoryForm { name: "A".into(), ..CategoryForm::default() }.id());
    not_found(PlaceForm { category: "x".into(), ..PlaceForm::default() }.parse());
    not_found(PlaceForm { category: ID.into(), before: "x".into(), ..PlaceForm::default() }.parse());
    not_found(MergeForm { category: ID.into(), into: "x".into() }.parse());
    not_found(UploadForm { name: "a.pdf".into(), category: "x".into() }.parse());
    not_found(FilesForm { files: vec!["x".into()], act: "delete".into(), ..FilesForm::default() }.parse());
}

#[test]
fn a_category_has_a_name_and_perhaps_a_parent() {
    let parse = |name: &str, parent: &str| {
        CategoryForm { name: name.into(), parent: parent.into(), ..CategoryForm::default() }.parse()
    };
    assert_eq!(parse(" Ürün  bilgisi ", ""), Ok(("Ürün bilgisi".into(), None)));
    assert_eq!(parse("İade", ID).unwrap().1, Some(id(ID).unwrap()));
    assert_eq!(parse(" ", "").unwrap_err().of("name"), Some(Code::Required));
    let long = "ş".repeat(MOST_IN_CATEGORY_NAME + 1);
    assert_eq!(parse(&long, "").unwrap_err().of("name"), Some(Code::TooLong));
    assert_eq!(parse("a\u{202e}b", "").unwrap_err().of("name"), Some(Code::ControlCharacter));
}

#[test]
fn a_category_moves_by_steps_or_before_another() {
    let place = |step: &str, before: &str| {
        let form = PlaceForm { category: ID.into(), step: step.into(), before: before.into() };
        form.parse().map(|(_, place)| place)
    };
    assert_eq!((place("up", ""), place("down", "")), (Ok(Place::Up), Ok(Place::Down)));
    assert_eq!((place("", ""), place("", ID)), (Ok(Place::Last), Ok(Place::Before(id(ID).unwrap()))));
    assert_eq!(place("left", "").unwrap_err().of("step"), Some(Code::ChoiceUnknown));
}

#[test]
fn a_category_is_merged_into_one_that_is_chosen() {
    let into = |into: &str| MergeForm { category: ID.into(), into: into.into() }.parse();
    assert_eq!(into("").unwrap_err().of("into"), Some(Code::Required));
    assert!(into(ID).is_ok());
}

#[test]
fn a_file_is_named_as_what_it_is() {
    let upload = |name: &str| UploadForm { name: name.into(), category: NONE.into() }.parse();
    let file = upload(r"C:\fakepath\İade koşulları.PDF").unwrap();
    assert_eq!((file.name.as_str(), file.kind, file.category), ("İade koşulları.PDF", Kind::Pdf, None));
    for (name, code) in [
        ("", Code::Required),
        ("klasör/", Code::Required),
        ("virüs.exe", Code::DocumentTypeRefused),
        ("pdf", Code::DocumentTypeRefused),
        (".pdf", Code::DocumentTypeRefused),
        ("a.pdf.html", Code::DocumentTypeRefused),
        ("a\u{202e}fdp.txt", Code::ControlCharacter),
        (&format!("{}.txt", "a".repeat(MOST_IN_FILE_NAME)), Code::TooLong),
    ] {
        assert_eq!(upload(name).unwrap_err().of("name"), Some(code), "{name}");
    }
    let rename = |name: &str| {
        let form = FileForm { name: name.into(), category: String::new() };
        form.parse(Kind::Md).map(|(name, _)| name)
    };
    assert_eq!(rename("Sıkça sorulanlar.md"), Ok("Sıkça sorulanlar.md".into()));
    assert_eq!(rename("sss"), Ok("sss.md".into()));
    assert_eq!(rename("sss.html"), Ok("sss.html.md".into()));
}

#[test]
fn chosen_files_are_moved_or_deleted() {
    let act = |act: &str, category: &str, files: &[&str]| {
        let files = files.iter().map(|file| (*file).to_owned()).collect();
        FilesForm { files, act: act.into(), category: category.into() }.parse()
    };
    assert_eq!(act("move", NONE, &[ID]).unwrap().1, Act::Move(None));
    assert_eq!(act("move", ID, &[ID]).unwrap().1, Act::Move(Some(id(ID).unwrap())));
    assert_eq!(act("delete", "", &[ID, ID]).unwrap().0.len(), 2);
    let wrong = act("move", "", &[]).unwrap_err();
    assert_eq!((wrong.of("files"), wrong.of("category")), (Some(Code::Required), Some(Code::Required)));
    assert_eq!(act("burn", "", &[ID]).unwrap_err().of("act"), Some(Code::ChoiceUnknown));
}

#[test]
fn files_are_looked_for_as_they_are_typed() {
    let wanted = |q: &str, category: &str| {
        KnowledgeForm { q: q.into(), category: category.into(), ..KnowledgeForm::default() }.parse()
    };
    let found = wanted("İADE_koşul.pdf", NONE).unwrap();
    assert_eq!((found.name.as_deref(), found.within), (Some("iade kosul pdf"), Within::Nothing));
    assert_eq!(wanted("%_", "").unwrap(), Wanted::default(), "nothing that a pattern would know");
    assert_eq!(wanted("", ID).unwrap().within, Within::Category(id(ID).unwrap()));
    assert_eq!(wanted("", "x").unwrap_err().of("category"), Some(Code::ChoiceUnknown));
    let before = KnowledgeForm { before: "x".into(), ..KnowledgeForm::default() }.parse().unwrap_err();
    assert_eq!(before.of("before"), Some(Code::ChoiceUnknown));
}

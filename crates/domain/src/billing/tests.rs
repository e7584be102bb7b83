use super::*;

const VKN: &str = "1234567890";
const TCKN: &str = "10000000146";

fn provinces() -> Vec<Province> {
    let province = |code: &str, name: &str, districts: &[&str], tax_offices: &[&str]| Province {
        code: code.into(),
        name: name.into(),
        districts: districts.iter().map(|name| (*name).to_owned()).collect(),
        tax_offices: tax_offices.iter().map(|name| (*name).to_owned()).collect(),
    };
    vec![
        province("34", "İstanbul", &["Kadıköy", "Şişli"], &["Kadıköy Vergi Dairesi", "Şişli Vergi Dairesi"]),
        province("06", "Ankara", &["Çankaya"], &["Çankaya Vergi Dairesi"]),
    ]
}

fn company() -> TaxIdentityForm {
    TaxIdentityForm {
        version: 3,
        taxpayer: "company".into(),
        legal_title: "Yıldız Çağrı Merkezi A.Ş.".into(),
        tax_number: VKN.into(),
        office_province: "34".into(),
        tax_office: "Şişli Vergi Dairesi".into(),
        province: "34".into(),
        district: "Şişli".into(),
        address: "Büyükdere Caddesi No: 128".into(),
        postcode: "34394".into(),
        ..TaxIdentityForm::default()
    }
}

fn sole_trader() -> TaxIdentityForm {
    TaxIdentityForm {
        taxpayer: "sole_trader".into(),
        legal_title: "Ayşe Erdem".into(),
        tax_number: String::new(),
        national_number: OpenNumber(TCKN.into()),
        ..company()
    }
}

fn parse(form: &TaxIdentityForm, is_kept: bool) -> Result<TaxIdentity, AppError> {
    let all = provinces();
    form.parse(|code| all.iter().find(|province| province.code == code), is_kept)
}

/// Field and code of every error, in order.
fn refused(form: &TaxIdentityForm) -> Vec<(String, Code)> {
    let error = parse(form, false).unwrap_err();
    error.fields.into_iter().map(|error| (error.field, error.code)).collect()
}

#[track_caller]
fn assert_refused(form: &TaxIdentityForm, errors: &[(&str, Code)]) {
    let errors: Vec<_> = errors.iter().map(|(field, code)| ((*field).to_owned(), *code)).collect();
    assert_eq!(refused(form), errors);
}

#[test]
fn an_empty_page_is_told_everything_at_once_in_page_order() {
    assert_refused(
        &TaxIdentityForm { taxpayer: "company".into(), ..TaxIdentityForm::default() },
        &[
            ("legal_title", Code::Required),
            ("tax_number", Code::Required),
            ("office_province", Code::Required),
            ("address", Code::Required),
            ("province", Code::Required),
        ],
    );
    assert_eq!(
        refused(&TaxIdentityForm { taxpayer: "club".into(), ..company() }),
        [("taxpayer".to_owned(), Code::ChoiceUnknown)]
    );
}

#[test]
fn the_taxpayer_decides_which_number_is_asked_for() {
    let both = |form: TaxIdentityForm| TaxIdentityForm {
        tax_number: VKN.into(),
        national_number: OpenNumber(TCKN.into()),
        ..form
    };
    assert!(matches!(parse(&both(company()), false).unwrap().number, TaxNumber::Company(_)));
    assert!(matches!(parse(&both(sole_trader()), false).unwrap().number, TaxNumber::SoleTrader(_)));
    let other = TaxIdentityForm { tax_number: TCKN.into(), ..company() };
    assert_refused(&other, &[("tax_number", Code::TaxNumberInvalid)]);
    let other = TaxIdentityForm { national_number: OpenNumber(VKN.into()), ..sole_trader() };
    assert_refused(&other, &[("national_number", Code::NationalNumberInvalid)]);
}

#[test]
fn an_empty_national_number_leaves_the_saved_one() {
    let form = TaxIdentityForm { national_number: OpenNumber(" ".into()), ..sole_trader() };
    assert_refused(&form, &[("national_number", Code::Required)]);
    assert_eq!(parse(&form, true).unwrap().number, TaxNumber::Kept);
    assert!(matches!(parse(&sole_trader(), true).unwrap().number, TaxNumber::SoleTrader(_)));
    let form = TaxIdentityForm { tax_number: String::new(), ..company() };
    assert_eq!(parse(&form, true).unwrap_err().of("tax_number"), Some(Code::Required));
}

#[test]
fn a_company_title_belongs_to_a_company() {
    for title in [
        "Yıldız Çağrı Merkezi A.Ş.",
        "YILDIZ ÇAĞRI MERKEZİ A. Ş.",
        "Yildiz Cagri Merkezi A.S.",
        "Yıldız Çağrı Merkezi Anonim Şirketi",
        "YILDIZ ÇAĞRI LTD. ŞTİ.",
        "Yıldız Çağrı Limited Şirketi İstanbul Şubesi",
        "S.S. Yıldız Konut Yapı Kooperatifi",
        "Yıldız Çağrı Merkezi AŞ",
        "Yıldız Çağrı A.Ş. İzmir Şubesi",
    ] {
        let form = TaxIdentityForm { legal_title: title.into(), ..sole_trader() };
        assert_refused(&form, &[("taxpayer", Code::CompanyTitle)]);
    }
    for title in ["Ayşe Erdem", "Mehmet Aş", "AHMET CAN AŞ", "A. S. Yılmaz – Yıldız Çağrı Merkezi", "Şti"]
    {
        let form = TaxIdentityForm { legal_title: title.into(), ..sole_trader() };
        let fits = title != "Şti";
        assert_eq!(parse(&form, false).is_ok(), fits, "{title}");
    }
    // A partnership or an association has a tax number and no form in its name.
    assert!(parse(&TaxIdentityForm { legal_title: "Erdem ve Ortakları".into(), ..company() }, false).is_ok());
}

#[test]
fn districts_and_offices_are_those_of_their_province() {
    let moved = TaxIdentityForm { province: "06".into(), postcode: String::new(), ..company() };
    assert_refused(&moved, &[("district", Code::DistrictElsewhere)]);
    let moved = TaxIdentityForm { office_province: "06".into(), ..company() };
    assert_refused(&moved, &[("tax_office", Code::TaxOfficeElsewhere)]);
    let nowhere = TaxIdentityForm { office_province: "99".into(), province: "99".into(), ..company() };
    assert_refused(&nowhere, &[("office_province", Code::ChoiceUnknown), ("province", Code::ChoiceUnknown)]);
    let nothing = TaxIdentityForm { tax_office: String::new(), district: String::new(), ..company() };
    assert_refused(&nothing, &[("tax_office", Code::Required), ("district", Code::Required)]);
}

#[test]
fn an_office_that_is_missing_is_written() {
    let written = |tax_office: &str, name: &str| TaxIdentityForm {
        tax_office: tax_office.into(),
        tax_office_name: name.into(),
        ..company()
    };
    for chosen in ["", OTHER_OFFICE] {
        let identity = parse(&written(chosen, "  Yeni   Vergi Dairesi "), false).unwrap();
        assert_eq!(identity.tax_office, "Yeni Vergi Dairesi");
        let identity = parse(&written(chosen, "SISLI VERGI DAIRESI"), false).unwrap();
        assert_eq!(identity.tax_office, "Şişli Vergi Dairesi", "it was in the list");
    }
    assert_refused(&written(OTHER_OFFICE, " "), &[("tax_office_name", Code::Required)]);
    assert_refused(&written("Şişli Vergi Dairesi", "Yeni"), &[("tax_office_name", Code::TaxOfficeTwice)]);
    let long = "a".repeat(TaxIdentityForm::MAX_OFFICE + 1);
    assert_refused(&written(OTHER_OFFICE, &long), &[("tax_office_name", Code::TooLong)]);
}

#[test]
fn a_post_code_is_of_its_province() {
    for wrong in ["3439", "343940", "3439a", "٣٤٣٩٤", "06420", "-3439"] {
        let form = TaxIdentityForm { postcode: wrong.into(), ..company() };
        assert_refused(&form, &[("postcode", Code::PostcodeInvalid)]);
    }
    for (typed, saved) in [("", ""), (" ", ""), ("34 394", "34394")] {
        let form = TaxIdentityForm { postcode: typed.into(), ..company() };
        assert_eq!(parse(&form, false).unwrap().postcode, saved);
    }
}

#[test]
fn what_is_typed_never_stands_in_a_log() {
    assert!(!format!("{:?}", sole_trader()).contains("0000"), "{:?}", sole_trader());
}

#[test]
fn unknown_fields_are_refused() {
    let mut json = serde_json::to_value(company()).unwrap();
    assert_eq!(serde_json::from_value::<TaxIdentityForm>(json.clone()).unwrap(), company());
    json["organisation"] = "x".into();
    assert!(serde_json::from_value::<TaxIdentityForm>(json).is_err());
}

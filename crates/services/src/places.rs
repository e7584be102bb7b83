//! The provinces of Türkiye with their districts and tax offices: the one module that knows the lists. Where they come from
//! and of what day they are stands in the heads of `data/provinces.tsv` and `data/tax-offices.tsv`.

use std::sync::LazyLock;

use domain::billing::Province;

static ALL: LazyLock<Vec<Province>> = LazyLock::new(|| {
    let offices: Vec<(&str, &str)> =
        lines(include_str!("../data/tax-offices.tsv")).filter_map(|line| line.split_once('\t')).collect();
    let province = |line: &str| {
        let mut parts = line.split('\t');
        let (code, name, districts) = (parts.next()?, parts.next()?, parts.next()?);
        let tax_offices = offices.iter().filter(|(of, _)| *of == code).map(|(_, name)| (*name).to_owned());
        Some(Province {
            code: code.to_owned(),
            name: name.to_owned(),
            districts: districts.split(',').map(str::to_owned).collect(),
            tax_offices: tax_offices.collect(),
        })
    };
    lines(include_str!("../data/provinces.tsv")).filter_map(province).collect()
});

fn lines(text: &'static str) -> impl Iterator<Item = &'static str> {
    text.lines().filter(|line| !line.starts_with('#'))
}

/// Every province, by plate code.
pub fn all() -> &'static [Province] {
    &ALL
}

/// The province with this plate code.
pub fn find(code: &str) -> Option<&'static Province> {
    ALL.binary_search_by(|province| province.code.as_str().cmp(code)).ok().map(|at| &ALL[at])
}

/// Its name; empty for none.
pub fn name(code: &str) -> &'static str {
    find(code).map_or("", |province| &province.name)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    /// Whether every name is there once, and none has marks that do not belong into one.
    fn are_names<'a>(names: impl Iterator<Item = &'a str>) -> bool {
        let mut seen = BTreeSet::new();
        let is_name = |name: &str| {
            name.trim() == name
                && name.chars().next().is_some_and(|first| first.is_uppercase() || first.is_ascii_digit())
                && name.chars().all(|c| c.is_alphanumeric() || " ()".contains(c))
        };
        names.into_iter().all(|name| is_name(name) && seen.insert(name))
    }

    #[test]
    fn what_is_no_plate_code_is_no_province() {
        for code in ["", "0", "1", "00", "82", "99", "034", "İstanbul", "other"] {
            assert_eq!(find(code), None, "{code:?}");
        }
    }

    #[test]
    fn the_lists_have_the_shape_of_the_country() {
        let codes: Vec<String> = (1..=81).map(|code| format!("{code:02}")).collect();
        assert_eq!(all().iter().map(|province| province.code.clone()).collect::<Vec<_>>(), codes);
        assert!(are_names(all().iter().map(|province| province.name.as_str())));
        for province in all() {
            let Province { name, districts, tax_offices, .. } = province;
            assert!(!districts.is_empty() && are_names(districts.iter().map(String::as_str)), "{name}");
            assert!(!tax_offices.is_empty() && are_names(tax_offices.iter().map(String::as_str)), "{name}");
        }
        assert_eq!(all().iter().map(|province| province.districts.len()).sum::<usize>(), 973);
        assert_eq!(all().iter().map(|province| province.tax_offices.len()).sum::<usize>(), 1046);
    }

    #[test]
    fn well_known_places_are_where_they_belong() {
        for (code, name, district, office) in [
            ("34", "İstanbul", "Kadıköy", "Kozyatağı Vergi Dairesi Müdürlüğü"),
            ("34", "İstanbul", "Şişli", "Büyük Mükellefler Vergi Dairesi Başkanlığı"),
            ("06", "Ankara", "Çankaya", "Maltepe Vergi Dairesi Müdürlüğü"),
            ("35", "İzmir", "Karşıyaka", "Karşıyaka Vergi Dairesi Müdürlüğü"),
            ("01", "Adana", "Feke", "Feke Malmüdürlüğü"),
            ("81", "Düzce", "Yığılca", "Yığılca Malmüdürlüğü"),
        ] {
            let province = find(code).unwrap();
            assert_eq!(province.name, name);
            assert!(province.districts.iter().any(|known| known == district), "{district}");
            assert!(province.tax_offices.iter().any(|known| known == office), "{office}");
        }
    }
}

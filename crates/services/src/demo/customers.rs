//! The company's agents, and its customers out of two files, as somebody brought them from the program before.

use domain::{
    Actor, AppError, Language,
    agents::AgentForm,
    customers::{
        CustomerForm,
        import::{Known, OneImportForm},
    },
};

use super::calls::scattered;
use crate::{
    Context, agents,
    customers::{self, import},
};

const FIRST: [&str; 20] = [
    "Ayşe", "Mehmet", "Zeynep", "Mustafa", "Elif", "Ahmet", "Fatma", "Emre", "Şükrü", "Çiğdem", "Burak",
    "İrem", "Gökhan", "Selin", "Oğuz", "Derya", "Hakan", "Pınar", "Uğur", "Ilgın",
];
const LAST: [&str; 15] = [
    "Yılmaz", "Kaya", "Demir", "Şahin", "Çelik", "Öztürk", "Aydın", "Arslan", "Doğan", "Kılıç", "Aslan",
    "Çetin", "Kurt", "Özdemir", "Iğdır",
];
const NOTES: [&str; 4] = [
    "Sabahları aramayın.",
    "Faturayı e-postayla ister.",
    "Kurumsal müşteri, yetkilisi İrem Hanım.",
    "Yılbaşından sonra dönülecek.",
];
/// Customers, and how many of them stand on the first list.
pub(super) const CUSTOMERS: u64 = 60;
const FIRST_LIST: u64 = 38;

/// The number of a customer.
pub(super) fn phone(number: u64) -> String {
    let code = ["532", "542", "555", "505"][usize::try_from(number % 4).unwrap_or(0)];
    format!("+90{code}{:05}{number:02}", scattered(number, 6) % 100_000)
}

pub(super) async fn bring(context: &Context, owner: Actor) -> Result<(), AppError> {
    let admin = owner.admin()?;
    for (name, greeting, number) in [
        (
            "Elif",
            "Merhaba, ben Elif. Yıldız Çağrı Merkezi'nden arıyorum. İki dakikanızı alabilir miyim?",
            "0850 222 0 444",
        ),
        ("Deniz", "İyi günler, ben Deniz. Randevunuzu hatırlatmak için arıyorum.", ""),
    ] {
        let form = AgentForm {
            name: name.to_owned(),
            language: Language::Tr.tag().to_owned(),
            greeting: greeting.to_owned(),
            number: number.to_owned(),
            ..AgentForm::default()
        };
        agents::create(context, admin, form).await?;
    }
    for (list, numbers) in
        [("Yaz kampanyası", 0..FIRST_LIST), ("Yenileme hatırlatması", FIRST_LIST - 8..CUSTOMERS)]
    {
        let rows = numbers.map(row);
        let table: String =
            std::iter::once("Müşteri;Cep Telefonu;E-posta;Not\n".to_owned()).chain(rows).collect();
        let id = import::upload(context, admin, "müşteriler.csv", table.into()).await?;
        let mut choices = import::load(context, admin, id).await?.choices;
        choices.new_list = list.to_owned();
        choices.known = Known::Keep.word().to_owned();
        import::choose(context, admin, choices).await?;
        import::run(context, admin, OneImportForm { import: id.to_string() }).await?;
    }
    // Somebody who called and asked for peace.
    let quiet = CustomerForm {
        name: "Nalan Ergin".to_owned(),
        phone: "0532 444 10 20".to_owned(),
        note: "Kampanya aramalarını istemiyor.".to_owned(),
        do_not_call: true,
        ..CustomerForm::default()
    };
    customers::create(context, owner.member(), quiet).await?;
    Ok(())
}

fn row(number: u64) -> String {
    let of = |words: &'static [&'static str], number: u64| {
        words.get(usize::try_from(number).unwrap_or(0) % words.len()).copied().unwrap_or_default()
    };
    // 20 and 15 share 5: the step takes each name with another surname.
    let (first, last) = (of(&FIRST, number), of(&LAST, number + number / 15 * 4));
    let key = domain::fold::fold(&format!("{first} {last}")).replace(' ', ".");
    let email = if number.is_multiple_of(3) { String::new() } else { format!("{key}@ornekposta.com.tr") };
    let note = if number % 7 == 2 { of(&NOTES, number / 7) } else { "" };
    format!("{first} {last};{};{email};{note}\n", phone(number))
}

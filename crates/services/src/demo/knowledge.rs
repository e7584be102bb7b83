//! The company's documents, as somebody sorted them.

use std::convert::Infallible;

use bytes::Bytes;
use domain::{
    Actor, AppError, CategoryId,
    knowledge::{CategoryForm, UploadForm},
};
use futures::stream;

use crate::{Context, knowledge};

const QUESTIONS: &str = "# Sık sorulan sorular\n\n## Faturamı nasıl öderim?\n\nHesabınızdaki Faturalar sayfasından \
    kartla ya da havaleyle.\n\n## Randevumu değiştirebilir miyim?\n\nBir gün öncesine kadar, bizi arayarak.\n";
const GREETINGS: &str = "Karşılama: Merhaba, Yıldız Çağrı Merkezi'ne hoş geldiniz. Ben {ad}, nasıl yardımcı olabilirim?\n\
    Kapanış: Başka bir sorunuz yoksa iyi günler dilerim.\n";
const PRICES: &str =
    "Tarife;Aylık ücret (TL);Dakika\nBaşlangıç;1.490;500\nEkip;3.990;2.000\nKurumsal;Görüşülür;Sınırsız\n";
const CODES: &str = "İl;Alan kodu\nİstanbul (Avrupa);212\nİstanbul (Anadolu);216\nAnkara;312\nİzmir;232\n";

pub(super) async fn gather(context: &Context, owner: Actor) -> Result<(), AppError> {
    let questions = category(context, owner, "Sık sorulan sorular", None).await?;
    let products = category(context, owner, "Ürün ve hizmetler", None).await?;
    let prices = category(context, owner, "Tarifeler", Some(products)).await?;
    category(context, owner, "Kampanyalar", Some(products)).await?;
    let returns = category(context, owner, "İade ve iptal", None).await?;
    let training = category(context, owner, "Ekip eğitimi", None).await?;
    for (name, category, content) in [
        ("alan-kodları.csv", None, CODES.as_bytes()),
        ("karşılama-metinleri.txt", Some(training), GREETINGS.as_bytes()),
        ("ilk-hafta.docx", Some(training), include_bytes!("training.docx")),
        ("iade-koşulları.pdf", Some(returns), include_bytes!("returns.pdf")),
        ("tarifeler-2027.csv", Some(prices), PRICES.as_bytes()),
        ("tarifeler.csv", Some(prices), PRICES.as_bytes()),
        ("sık-sorulan-sorular.md", Some(questions), QUESTIONS.as_bytes()),
    ] {
        let category = category.map(|id: CategoryId| id.to_string()).unwrap_or_default();
        let form = UploadForm { name: name.to_owned(), category };
        let content = stream::iter([Ok::<_, Infallible>(Bytes::from_static(content))]);
        knowledge::upload(context, owner.admin()?, form, content).await?;
    }
    Ok(())
}

async fn category(
    context: &Context,
    owner: Actor,
    name: &str,
    parent: Option<CategoryId>,
) -> Result<CategoryId, AppError> {
    let parent = parent.map(|id| id.to_string()).unwrap_or_default();
    let form = CategoryForm { name: name.to_owned(), parent, ..CategoryForm::default() };
    Ok(knowledge::create_category(context, owner.admin()?, form).await?.id)
}

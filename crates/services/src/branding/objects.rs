//! The stored pictures of a logo.

use bytes::Bytes;
use domain::{AppError, OrganisationId};

use super::{Saved, change::Replaced};
use crate::{Context, images::LOGO_WIDTHS};

/// The object beside the strips: the logo without padding and plate.
pub(super) const KEPT: u32 = 0;
pub(super) const ALL: [u32; 3] = [KEPT, LOGO_WIDTHS[0], LOGO_WIDTHS[1]];

pub(super) async fn put(
    context: &Context,
    organisation: OrganisationId,
    name: &str,
    kept: Bytes,
    strips: [(u32, Bytes); 2],
) -> Result<(), AppError> {
    for (width, bytes) in strips.into_iter().chain([(KEPT, kept)]) {
        context.storage.put(&object_key(organisation, name, width), bytes, "image/png").await?;
    }
    Ok(())
}

/// Files go last: a row never points at a missing object. If nothing was saved, the new ones go.
pub(super) async fn finish(
    context: &Context,
    organisation: OrganisationId,
    name: &str,
    replaced: Result<Replaced, AppError>,
) -> Result<Saved, AppError> {
    match replaced {
        Ok(Replaced { before, gone, instead_of }) => {
            delete(context, organisation, before.as_slice(), &[KEPT]).await;
            delete(context, organisation, &gone, &ALL).await;
            Ok(Saved { instead_of })
        }
        Err(error) => {
            delete(context, organisation, &[name.to_owned()], &ALL).await;
            Err(error)
        }
    }
}

/// A file that cannot be deleted is an orphan, not a reason to say that the logo was not saved.
pub(super) async fn delete(
    context: &Context,
    organisation: OrganisationId,
    names: &[String],
    widths: &[u32],
) {
    for name in names {
        for width in widths {
            if let Err(error) = context.storage.delete(&object_key(organisation, name, *width)).await {
                tracing::warn!(%error, name, width, "an old logo could not be deleted");
            }
        }
    }
}

/// The logo without padding and plate.
pub(crate) fn logo_key(organisation: OrganisationId, name: &str) -> String {
    object_key(organisation, name, KEPT)
}

pub(super) fn object_key(organisation: OrganisationId, name: &str, width: u32) -> String {
    match width {
        KEPT => format!("organisations/{organisation}/logo/{name}/kept"),
        width => format!("organisations/{organisation}/logo/{name}/{width}"),
    }
}

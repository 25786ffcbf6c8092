//! Names that stand once in a document and are copied to everything that refers to them.

use crate::snapshot::GroupName;
use crate::text;

/// A name that stands once in a document and is copied to everything that refers to it: no longer than a name is, so that
/// one as long as the document is not multiplied by its references.
pub(crate) fn shared_name(published: &str) -> String {
    text::cut(published, 500)
}

/// A group as a step of the paths of everything in it, cut as [`shared_name`] is.
pub(crate) fn group_name(id: &str, name: &str) -> GroupName {
    GroupName {
        id: shared_name(id),
        name: shared_name(name),
    }
}

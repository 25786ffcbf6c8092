//! A vendor of the catalogue.

use crate::category::Category;

/// A vendor, and where its official status page is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Vendor {
    /// A short word that stands for it and for no other: lower case, digits, hyphens.
    pub slug: String,
    /// What it is called.
    pub name: String,
    /// What else people call it or what it makes. One that is a host in lower case, such as
    /// `icloud.com`, is a further domain.
    pub aliases: Vec<String>,
    /// What it is for.
    pub category: Category,
    /// Its own domain, such as `github.com`.
    pub domain: Option<String>,
    /// The address of its official status page, without a final `/`.
    pub page: String,
    /// The platform that probably is behind the page, by the key of its reader: a hint, which the page itself overrules.
    pub platform: Option<String>,
    /// The page's id on that platform, where it is known.
    pub platform_id: Option<String>,
    /// How much better known it is than others, 0 to 9; it decides between vendors that match equally well.
    pub weight: u8,
    /// Whether it is an entry of the person's own.
    pub own: bool,
}

/// A vendor that a person adds to the catalogue.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OwnVendor {
    /// What it is called.
    pub name: String,
    /// What else it is called.
    pub aliases: Vec<String>,
    /// What it is for.
    pub category: Category,
    /// The address of its status page.
    pub page: String,
}

//! The catalogue: a list, and what it takes to search it.

use std::{
    collections::{BTreeSet, HashSet},
    sync::LazyLock,
};

use crate::{
    Category, OwnVendor, Vendor, fold,
    list::{self, CatalogueError},
    search::Index,
};

/// The list that comes with the program. A test holds that it is well-formed.
const BUILT_IN: &str = include_str!("../vendors.tsv");

/// Vendors and the addresses of their official status pages.
#[derive(Clone, Debug, Default)]
pub struct Catalogue {
    /// In the order of their slugs.
    vendors: Vec<Vendor>,
    pub(crate) index: Index,
}

impl Catalogue {
    /// The catalogue that comes with the program, read when it is first asked for.
    #[must_use]
    pub fn built_in() -> &'static Self {
        static CATALOGUE: LazyLock<Catalogue> =
            LazyLock::new(|| Catalogue::parse(BUILT_IN).unwrap_or_default());
        &CATALOGUE
    }

    /// Reads a list.
    ///
    /// # Errors
    /// The first thing that is wrong with it, with its line.
    pub fn parse(text: &str) -> Result<Self, CatalogueError> {
        list::read(text).map(Self::of)
    }

    fn of(mut vendors: Vec<Vendor>) -> Self {
        vendors.sort_by(|left, right| left.slug.cmp(&right.slug));
        Self {
            index: Index::of(&vendors),
            vendors,
        }
    }

    /// This catalogue with a person's own entries, which come before others that match equally well. An entry of theirs
    /// takes the place of one with the same page.
    #[must_use]
    pub fn with_own(&self, own: impl IntoIterator<Item = OwnVendor>) -> Self {
        let mut added: Vec<Vendor> = Vec::new();
        let mut slugs: BTreeSet<String> = self.vendors.iter().map(|vendor| vendor.slug.clone()).collect();
        for entry in own {
            let slug = free_slug(&entry.name, &slugs);
            slugs.insert(slug.clone());
            added.push(Vendor {
                slug,
                name: entry.name,
                aliases: entry.aliases,
                category: entry.category,
                domain: None,
                page: without_last_slash(entry.page),
                platform: None,
                platform_id: None,
                weight: 0,
                own: true,
            });
        }
        let pages: HashSet<&str> = added.iter().map(|vendor| vendor.page.as_str()).collect();
        let mut vendors: Vec<Vendor> = self
            .vendors
            .iter()
            .filter(|vendor| !pages.contains(vendor.page.as_str()))
            .cloned()
            .collect();
        vendors.extend(added);
        Self::of(vendors)
    }

    /// Every vendor, in the order of their slugs.
    #[must_use]
    pub fn vendors(&self) -> &[Vendor] {
        &self.vendors
    }

    /// How many vendors there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.vendors.len()
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.vendors.is_empty()
    }

    /// The categories that its vendors are of.
    #[must_use]
    pub fn categories(&self) -> BTreeSet<Category> {
        self.vendors.iter().map(|vendor| vendor.category).collect()
    }
}

/// A page's address as the catalogue writes it. What stands behind `#` may end in a slash that belongs to it.
fn without_last_slash(page: String) -> String {
    if page.contains('#') {
        page
    } else {
        page.trim_end_matches('/').to_owned()
    }
}

/// A slug of `name` that nobody has yet.
fn free_slug(name: &str, taken: &BTreeSet<String>) -> String {
    let plain: String = fold::words(name)
        .chars()
        .map(|character| {
            if character.is_ascii_alphanumeric() {
                character
            } else {
                '-'
            }
        })
        .collect();
    let parts: Vec<&str> = plain.split('-').filter(|part| !part.is_empty()).collect();
    let plain = if parts.is_empty() {
        "own".to_owned()
    } else {
        parts.join("-")
    };
    if !taken.contains(&plain) {
        return plain;
    }
    (2_u32..)
        .map(|number| format!("{plain}-{number}"))
        .find(|slug| !taken.contains(slug))
        .unwrap_or(plain)
}

//! What a vendor is for.

use std::fmt;

/// What a vendor is for: one of a closed set, so that a list cannot split one category by its spelling.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Category(usize);

/// The word in lists and in JSON, and what people read.
const CATEGORIES: [(&str, &str); 33] = [
    ("ai", "AI"),
    ("analytics", "Analytics"),
    ("cdn-dns", "CDN and DNS"),
    ("ci-cd", "CI and CD"),
    ("cloud", "Cloud"),
    ("communication", "Communication"),
    ("crm", "CRM"),
    ("crypto", "Crypto"),
    ("database", "Databases"),
    ("developer-tools", "Developer tools"),
    ("ecommerce", "E-commerce"),
    ("education", "Education"),
    ("email", "E-mail"),
    ("finance", "Finance"),
    ("gaming", "Gaming"),
    ("government", "Government"),
    ("healthcare", "Healthcare"),
    ("hr", "Human resources"),
    ("identity", "Identity"),
    ("iot", "Internet of things"),
    ("logistics-travel", "Logistics and travel"),
    ("marketing", "Marketing"),
    ("media", "Media"),
    ("monitoring", "Monitoring"),
    ("other", "Other"),
    ("payments", "Payments"),
    ("productivity", "Productivity"),
    ("real-estate", "Real estate"),
    ("security", "Security"),
    ("social", "Social networks"),
    ("storage", "Storage"),
    ("support", "Customer support"),
    ("telecom", "Telecommunications"),
];

/// Where `other` stands.
const OTHER: usize = 24;

impl Category {
    /// Whatever fits nowhere else.
    pub const OTHER: Self = Self(OTHER);

    /// The category of a word such as `developer-tools`.
    #[must_use]
    pub fn from_key(key: &str) -> Option<Self> {
        CATEGORIES
            .binary_search_by_key(&key, |(key, _)| *key)
            .ok()
            .map(Self)
    }

    /// Every category, in the order of their words.
    pub fn all() -> impl ExactSizeIterator<Item = Self> {
        (0..CATEGORIES.len()).map(Self)
    }

    /// The word in lists and in JSON, such as `developer-tools`.
    #[must_use]
    pub const fn key(self) -> &'static str {
        CATEGORIES[self.0].0
    }

    /// What people read, such as "Developer tools".
    #[must_use]
    pub const fn label(self) -> &'static str {
        CATEGORIES[self.0].1
    }
}

impl fmt::Display for Category {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(self.label())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_category_is_found_by_its_word() {
        assert_eq!(Category::all().len(), 33);
        for category in Category::all() {
            assert_eq!(Category::from_key(category.key()), Some(category), "{category}");
        }
        assert_eq!(Category::OTHER.key(), "other");
        assert_eq!(Category::from_key("Cloud"), None);
    }
}

//! The vendors that can be searched: the list that comes with the program, or the one that the person put in its place,
//! and the person's own entries.
//!
//! It needs neither store nor network, so whoever is asked answers: the running engine, or the command itself.

use std::{
    borrow::Cow,
    fs,
    io::Write as _,
    path::{Path, PathBuf},
    sync::{Arc, Mutex, PoisonError},
    time::SystemTime,
};

use signalbox_catalog::{Catalogue, CatalogueError, Found, OwnVendor, Reason, Refusal};
use signalbox_pages::readers;

use crate::{
    api::{ApiError, CatalogueView, ErrorCode, ListedView, MatchedBy, VendorsView},
    config::{Config, canonical_address, content},
};

/// The list in use, read again when its file or the person's own entries have changed.
#[derive(Debug)]
pub struct VendorList {
    file: PathBuf,
    kept: Mutex<Option<Kept>>,
}

#[derive(Debug)]
struct Kept {
    stamp: Stamp,
    own: Vec<OwnVendor>,
    in_use: Arc<InUse>,
}

/// What tells whether a file is another than before, without reading it; `None` where there is none.
type Stamp = Option<(Option<SystemTime>, u64)>;

/// The list that is searched.
#[derive(Debug)]
pub struct InUse {
    /// The vendors.
    pub catalogue: Cow<'static, Catalogue>,
    /// Whether the vendors are those of a list that the person put in the place of the built-in one.
    pub updated: bool,
    /// Why such a list is there and is not used, in plain words.
    pub trouble: Option<String>,
}

impl VendorList {
    /// The list that is in `file`, or the one that comes with the program where there is none.
    #[must_use]
    pub const fn new(file: PathBuf) -> Self {
        Self {
            file,
            kept: Mutex::new(None),
        }
    }

    /// What is searched now, the person's own entries among it. May read a file.
    pub fn in_use(&self, own: &[OwnVendor]) -> Arc<InUse> {
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        let stamp = stamp(&self.file);
        if let Some(kept) = kept.as_ref()
            && kept.stamp == stamp
            && kept.own == own
        {
            return Arc::clone(&kept.in_use);
        }
        let mut in_use = read(&self.file);
        if !own.is_empty() {
            in_use.catalogue = Cow::Owned(in_use.catalogue.with_own(own.iter().cloned()));
        }
        let in_use = Arc::new(in_use);
        *kept = Some(Kept {
            stamp,
            own: own.to_vec(),
            in_use: Arc::clone(&in_use),
        });
        in_use
    }

    /// The vendors that `words` could mean, the most probable first; none where there are no words.
    pub fn search(&self, config: &Config, words: &str, limit: u32) -> VendorsView {
        let in_use = self.in_use(&config.catalogue);
        let limit = usize::try_from(limit).unwrap_or(usize::MAX);
        let mut found = in_use.catalogue.search(words, limit.saturating_add(1));
        let more = found.len() > limit;
        found.truncate(limit);
        VendorsView {
            vendors: found.iter().map(|found| listed(found, config)).collect(),
            more,
            catalogue: view(&in_use),
            trouble: in_use.trouble.clone(),
        }
    }
}

fn stamp(file: &Path) -> Stamp {
    let metadata = fs::metadata(file).ok()?;
    Some((metadata.modified().ok(), metadata.len()))
}

fn read(file: &Path) -> InUse {
    let built_in = |trouble| InUse {
        catalogue: Cow::Borrowed(Catalogue::built_in()),
        updated: false,
        trouble,
    };
    match list_in(file) {
        Ok(Some(catalogue)) => InUse {
            catalogue: Cow::Owned(catalogue),
            updated: true,
            trouble: None,
        },
        Ok(None) => built_in(None),
        Err(error) => {
            tracing::warn!(%error, "the list of vendors cannot be used; the built-in one is");
            built_in(Some(format!(
                "{error}. The built-in list is used instead; this one is taken away by: signalbox catalog update --reset."
            )))
        }
    }
}

/// The list in a file, if there is a file.
fn list_in(file: &Path) -> Result<Option<Catalogue>, UpdateError> {
    text_of(file)?.map(|text| parse(file, &text)).transpose()
}

fn text_of(file: &Path) -> Result<Option<String>, UpdateError> {
    let unreadable = |reason| UpdateError::Unreadable {
        file: file.to_owned(),
        reason,
    };
    let Some(bytes) = content(file).map_err(unreadable)? else {
        return Ok(None);
    };
    String::from_utf8(bytes)
        .map(Some)
        .map_err(|_| unreadable("it is not UTF-8 text".to_owned()))
}

fn parse(file: &Path, text: &str) -> Result<Catalogue, UpdateError> {
    Catalogue::parse(text).map_err(|error| UpdateError::Malformed {
        file: file.to_owned(),
        error,
    })
}

fn listed(found: &Found<'_>, config: &Config) -> ListedView {
    let vendor = found.vendor;
    let (matched, alias) = match found.reason {
        Reason::Name => (MatchedBy::Name, None),
        Reason::Alias(alias) => (MatchedBy::Alias, Some(alias.to_owned())),
        Reason::Domain => (MatchedBy::Domain, None),
        Reason::PageHost => (MatchedBy::PageHost, None),
        Reason::Fuzzy => (MatchedBy::Similar, None),
    };
    ListedView {
        slug: vendor.slug.clone(),
        name: vendor.name.clone(),
        aliases: vendor.aliases.clone(),
        category: vendor.category.key().to_owned(),
        domain: vendor.domain.clone(),
        page: vendor.page.clone(),
        platform: vendor.platform.clone(),
        platform_name: vendor.platform.as_deref().map(platform_name),
        own: vendor.own,
        watched: canonical_address(&vendor.page).is_ok_and(|page| config.is_watched(&page)),
        matched,
        alias,
        exact: found.exact,
    }
}

fn platform_name(key: &str) -> String {
    readers::by_key(key)
        .map_or(key, |reader| reader.name())
        .to_owned()
}

fn view(in_use: &InUse) -> CatalogueView {
    let number = |number: usize| u32::try_from(number).unwrap_or(u32::MAX);
    CatalogueView {
        vendors: number(in_use.catalogue.len()),
        categories: number(in_use.catalogue.categories().len()),
        updated: in_use.updated,
    }
}

/// Why the list was not replaced. The present one stays in use.
#[derive(Debug, thiserror::Error)]
pub enum UpdateError {
    /// The new list cannot be read.
    #[error("{} cannot be read: {reason}", file.display())]
    Unreadable {
        /// Its file.
        file: PathBuf,
        /// Why.
        reason: String,
    },
    /// The new list is none.
    #[error("{}: {error}", file.display())]
    Malformed {
        /// Its file.
        file: PathBuf,
        /// What is wrong with it.
        error: CatalogueError,
    },
    /// The new list must not take the present one's place.
    #[error("{}: {refusal}", file.display())]
    Refused {
        /// Its file.
        file: PathBuf,
        /// Why.
        refusal: Refusal,
    },
    /// The list in the data directory cannot be written or taken away.
    #[error("{} cannot be written: {source}", file.display())]
    Unwritable {
        /// Its file.
        file: PathBuf,
        /// Why.
        source: std::io::Error,
    },
}

impl From<UpdateError> for ApiError {
    fn from(error: UpdateError) -> Self {
        let code = match error {
            UpdateError::Unreadable { .. } | UpdateError::Malformed { .. } | UpdateError::Refused { .. } => {
                ErrorCode::BadInput
            }
            UpdateError::Unwritable { .. } => ErrorCode::Unavailable,
        };
        Self::new(code, error.to_string())
    }
}

/// Puts the list in `new` into `file`, in the place of the one in use. Whoever searches takes it up by itself.
///
/// # Errors
/// [`UpdateError`]; the present list then stays in use.
pub fn update(file: &Path, new: &Path) -> Result<CatalogueView, UpdateError> {
    let missing = || UpdateError::Unreadable {
        file: new.to_owned(),
        reason: "there is no such file".to_owned(),
    };
    let text = text_of(new)?.ok_or_else(missing)?;
    read(file)
        .catalogue
        .may_replace(&parse(new, &text)?)
        .map_err(|refusal| UpdateError::Refused {
            file: new.to_owned(),
            refusal,
        })?;
    write(file, &text).map_err(|source| UpdateError::Unwritable {
        file: file.to_owned(),
        source,
    })?;
    Ok(view(&read(file)))
}

/// Takes the list in `file` away, so that the built-in one is in use again.
///
/// # Errors
/// [`UpdateError::Unwritable`].
pub fn reset(file: &Path) -> Result<CatalogueView, UpdateError> {
    match fs::remove_file(file) {
        Err(source) if source.kind() != std::io::ErrorKind::NotFound => Err(UpdateError::Unwritable {
            file: file.to_owned(),
            source,
        }),
        Ok(()) | Err(_) => Ok(view(&read(file))),
    }
}

/// Writes a file in one step: nobody ever reads half of it.
fn write(file: &Path, text: &str) -> std::io::Result<()> {
    let directory = file.parent().unwrap_or(Path::new(""));
    fs::create_dir_all(directory)?;
    let mut whole = tempfile::Builder::new()
        .prefix(".vendors-")
        .tempfile_in(directory)?;
    whole.write_all(text.as_bytes())?;
    whole.as_file().sync_all()?;
    whole.persist(file)?;
    Ok(())
}

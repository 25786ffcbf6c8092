//! The documents of a page: what is needed to ask for them conditionally.

use jiff::Timestamp;

use super::{
    PageId, StoreError, Tx, View,
    value::{Bits, Ms, time},
};

/// What is remembered of one document of a page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DocumentRow {
    /// Its name within the platform.
    pub name: String,
    /// The address that gave the validators.
    pub url: Option<String>,
    /// The entity tag that it was last served with.
    pub etag: Option<String>,
    /// The `Last-Modified` that it was last served with.
    pub last_modified: Option<String>,
    /// The hash of its bytes.
    pub body_hash: Option<u64>,
    /// When it was last fetched whole.
    pub full_fetch_at: Option<Timestamp>,
}

impl View<'_> {
    /// What is remembered of a page's documents, by name.
    ///
    /// # Errors
    /// Where the store cannot be read.
    pub fn documents(&self, page: PageId) -> Result<Vec<DocumentRow>, StoreError> {
        self.rows("SELECT * FROM document WHERE page_id = ?1", [page], |row| {
            Ok(DocumentRow {
                name: row.get("name")?,
                url: row.get("url")?,
                etag: row.get("etag")?,
                last_modified: row.get("last_modified")?,
                body_hash: row.get::<_, Option<Bits>>("body_hash")?.map(|bits| bits.0),
                full_fetch_at: time(row, "full_fetch_at")?,
            })
        })
    }
}

impl Tx<'_> {
    /// Remembers a document.
    ///
    /// # Errors
    /// Where the store cannot be written.
    pub fn set_document(&self, page: PageId, document: &DocumentRow) -> Result<(), StoreError> {
        self.run(
            "INSERT OR REPLACE INTO document (page_id, name, url, etag, last_modified, body_hash, full_fetch_at)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
            (
                page,
                &document.name,
                &document.url,
                &document.etag,
                &document.last_modified,
                document.body_hash.map(Bits),
                document.full_fetch_at.map(Ms),
            ),
        )?;
        Ok(())
    }

    /// Forgets a page's documents: the next poll asks unconditionally.
    ///
    /// # Errors
    /// Where the store cannot be written.
    pub fn forget_documents(&self, page: PageId) -> Result<(), StoreError> {
        self.run("DELETE FROM document WHERE page_id = ?1", [page])?;
        Ok(())
    }
}

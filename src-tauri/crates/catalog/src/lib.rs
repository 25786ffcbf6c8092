//! The directory of vendors, and how to search it.
//!
//! It knows nothing else of Signalbox: it reads a list, judges it, and finds in it what people mean. Whether an address
//! really is a status page that can be read is found out elsewhere.
//!
//! ```
//! use signalbox_catalog::Catalogue;
//!
//! let found = Catalogue::built_in().search("git hub", 5);
//! assert_eq!(found[0].vendor.page, "https://www.githubstatus.com");
//! ```

mod catalogue;
mod category;
mod fold;
mod host;
mod list;
mod replace;
mod search;
mod vendor;

pub use catalogue::Catalogue;
pub use category::Category;
pub use list::{CatalogueError, Fault};
pub use replace::Refusal;
pub use search::{Found, Reason};
pub use vendor::{OwnVendor, Vendor};

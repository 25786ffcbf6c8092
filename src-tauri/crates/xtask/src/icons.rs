//! The forms in which systems want a program's icon.

use std::{error::Error, fmt, path::PathBuf};

use anyhow::{Context, Result, ensure};

use crate::project::Project;

/// The mark. It is installed as it is, too.
pub const SOURCE: &str = "signalbox.svg";

/// The mark as it is drawn for few pixels.
pub const SMALL_SOURCE: &str = "signalbox-small.svg";

/// Up to this size an image is rendered from the drawing for few pixels.
const SMALL: u16 = 32;

/// The drawing that an image of this size is rendered from.
#[must_use]
pub fn source_of(size: u16) -> &'static str {
    if size <= SMALL { SMALL_SOURCE } else { SOURCE }
}

/// The sizes of the icons of their own that desktops choose from.
pub const SIZES: [u16; 8] = [16, 24, 32, 48, 64, 128, 256, 512];

/// Renders the icons anew: `cargo xtask icons`.
///
/// The renderer is built only for this, because it takes longer to build than all of xtask does.
///
/// # Errors
///
/// Fails when it cannot be built or the mark cannot be rendered.
pub fn render(project: &Project) -> Result<()> {
    let arguments = [
        "run",
        "--quiet",
        "--locked",
        "--package",
        "xtask",
        "--example",
        "icons",
        "--",
    ];
    let status = project
        .cargo(arguments)
        .arg(directory(project))
        .status()
        .context("starting cargo")?;
    ensure!(status.success(), "the icons could not be rendered");
    Ok(())
}

/// Where the mark and everything that is made of it lie.
#[must_use]
pub fn directory(project: &Project) -> PathBuf {
    project.root().join("icons")
}

/// A square image, as a PNG.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Png {
    /// Its width and height.
    pub size: u16,
    /// The file's bytes.
    pub bytes: Vec<u8>,
}

/// A file that an icon comes in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// One image.
    Png(u16),
    /// The image that is taken where one is asked for without a size.
    Plain,
    /// Windows' form.
    Ico,
    /// That of macOS.
    Icns,
}

/// An image has no place in the form.
#[derive(Debug, PartialEq, Eq)]
pub struct NoPlace(u16);

impl fmt::Display for NoPlace {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "there is no place for an image of {0} × {0}", self.0)
    }
}

impl Error for NoPlace {}

impl Form {
    /// Every form that is kept.
    pub fn all() -> impl Iterator<Item = Self> {
        SIZES
            .into_iter()
            .map(Self::Png)
            .chain([Self::Plain, Self::Ico, Self::Icns])
    }

    /// The name of its file.
    #[must_use]
    pub fn file_name(self) -> String {
        match self {
            Self::Png(size) => format!("{size}x{size}.png"),
            Self::Plain => "icon.png".to_owned(),
            Self::Ico => "icon.ico".to_owned(),
            Self::Icns => "icon.icns".to_owned(),
        }
    }

    /// The sizes of the images in it.
    #[must_use]
    pub fn sizes(self) -> Vec<u16> {
        match self {
            Self::Png(size) => vec![size],
            Self::Plain => vec![512],
            Self::Ico => vec![16, 24, 32, 48, 64, 256],
            Self::Icns => PLACES.iter().map(|(_, size)| *size).collect(),
        }
    }

    /// The bytes of its file, made of images of these sizes.
    ///
    /// # Errors
    /// An image has no place in it.
    pub fn file(self, images: &[Png]) -> std::result::Result<Vec<u8>, NoPlace> {
        match self {
            Self::Png(_) | Self::Plain => Ok(images
                .first()
                .map(|image| image.bytes.clone())
                .unwrap_or_default()),
            Self::Ico => ico(images),
            Self::Icns => icns(images),
        }
    }
}

/// An icon file of Windows: a header of 6 bytes, an entry of 16 bytes for each image, then the images, which may be PNGs
/// since Windows Vista.
fn ico(images: &[Png]) -> std::result::Result<Vec<u8>, NoPlace> {
    const HEADER: usize = 6;
    const ENTRY: usize = 16;
    let no_place = |image: &Png| NoPlace(image.size);
    let mut file = Vec::new();
    let count = u16::try_from(images.len()).unwrap_or(u16::MAX);
    for word in [0, 1, count] {
        file.extend(u16::to_le_bytes(word));
    }
    let mut offset = HEADER + ENTRY * images.len();
    for image in images {
        // A side of 256 is written as 0, and there is none longer.
        let side = match image.size {
            256 => 0,
            size => u8::try_from(size).map_err(|_| no_place(image))?,
        };
        let (planes, bits) = (1_u16, 32_u16);
        file.extend([side, side, 0, 0]);
        file.extend(planes.to_le_bytes());
        file.extend(bits.to_le_bytes());
        for number in [image.bytes.len(), offset] {
            file.extend(u32::try_from(number).map_err(|_| no_place(image))?.to_le_bytes());
        }
        offset += image.bytes.len();
    }
    for image in images {
        file.extend(&image.bytes);
    }
    Ok(file)
}

/// The types of a macOS icon file whose images are PNGs, with the width of each. Where a width stands twice, the second
/// is the smaller icon for a screen of double density.
const PLACES: [(&[u8; 4], u16); 10] = [
    (b"icp4", 16),
    (b"icp5", 32),
    (b"ic11", 32),
    (b"icp6", 64),
    (b"ic12", 64),
    (b"ic07", 128),
    (b"ic13", 256),
    (b"ic08", 256),
    (b"ic14", 512),
    (b"ic09", 512),
];

/// An icon file of macOS: `icns` and the file's length, then each image behind its type and length. Numbers are
/// big-endian, and lengths count the eight bytes before them.
fn icns(images: &[Png]) -> std::result::Result<Vec<u8>, NoPlace> {
    const HEADER: usize = 8;
    let mut body = Vec::new();
    for (image, (kind, size)) in images.iter().zip(PLACES) {
        if image.size != size {
            return Err(NoPlace(image.size));
        }
        let length = u32::try_from(HEADER + image.bytes.len()).map_err(|_| NoPlace(size))?;
        body.extend(kind);
        body.extend(length.to_be_bytes());
        body.extend(&image.bytes);
    }
    let length = u32::try_from(HEADER + body.len()).unwrap_or(u32::MAX);
    let mut file = Vec::from(b"icns");
    file.extend(length.to_be_bytes());
    file.extend(body);
    Ok(file)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn image(size: u16) -> Png {
        Png {
            size,
            bytes: format!("png of {size}").into_bytes(),
        }
    }

    fn images(form: Form) -> Vec<Png> {
        form.sizes().into_iter().map(image).collect()
    }

    #[test]
    fn an_icon_file_of_windows_leads_to_each_of_its_images() {
        let images = images(Form::Ico);
        let file = Form::Ico.file(&images).expect("made");
        assert_eq!(file[..6], [0, 0, 1, 0, 6, 0]);
        for (place, image) in images.iter().enumerate() {
            let entry = &file[6 + 16 * place..][..16];
            assert_eq!(u16::from(entry[0]), image.size % 256);
            let number =
                |at: usize| u32::from_le_bytes(entry[at..at + 4].try_into().expect("four bytes")) as usize;
            assert_eq!(file[number(12)..][..number(8)], image.bytes[..]);
        }
        assert_eq!(Form::Ico.file(&[image(512)]), Err(NoPlace(512)));
    }

    #[test]
    fn an_icon_file_of_macos_holds_each_image_behind_its_type_and_length() {
        let images = images(Form::Icns);
        let file = Form::Icns.file(&images).expect("made");
        let number =
            |at: usize| u32::from_be_bytes(file[at..at + 4].try_into().expect("four bytes")) as usize;
        assert_eq!((&file[..4], number(4)), (&b"icns"[..], file.len()));
        let mut at = 8;
        for ((kind, _), image) in PLACES.iter().zip(&images) {
            assert_eq!(file[at..at + 4], kind[..]);
            assert_eq!(file[at + 8..at + number(at + 4)], image.bytes[..]);
            at += number(at + 4);
        }
        assert_eq!(at, file.len());
        assert_eq!(Form::Icns.file(&[image(17)]), Err(NoPlace(17)));
    }

    #[test]
    fn every_form_has_a_file_of_its_own() {
        let names: std::collections::BTreeSet<_> = Form::all().map(Form::file_name).collect();
        assert_eq!(names.len(), Form::all().count());
    }
}

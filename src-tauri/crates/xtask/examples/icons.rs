//! Renders the program's own mark in every form that systems ask for: `cargo xtask icons`.
//!
//! It is a program beside xtask, because the renderer takes longer to build than all of xtask does.

use std::{
    error::Error,
    fs,
    path::{Path, PathBuf},
};

use resvg::{tiny_skia, usvg};
use xtask::icons::{self, Form};

fn main() -> Result<(), Box<dyn Error>> {
    let directory: PathBuf = std::env::args_os()
        .nth(1)
        .ok_or("which directory of icons?")?
        .into();
    for (name, bytes) in rendered(&directory)? {
        let file = directory.join(name);
        if fs::read(&file).ok().as_deref() != Some(&bytes[..]) {
            fs::write(file, bytes)?;
        }
    }
    Ok(())
}

/// Files by name.
type Files = Vec<(String, Vec<u8>)>;

/// Every file that is made of the mark.
fn rendered(directory: &Path) -> Result<Files, Box<dyn Error>> {
    let tree = |source: &str| -> Result<usvg::Tree, Box<dyn Error>> {
        let text = fs::read_to_string(directory.join(source))?;
        Ok(usvg::Tree::from_str(&text, &usvg::Options::default())?)
    };
    let drawings = [icons::SOURCE, icons::SMALL_SOURCE].map(|source| (source, tree(source)));
    let image = |size: u16| -> Result<icons::Png, Box<dyn Error>> {
        let drawing = drawings
            .iter()
            .find(|(source, _)| *source == icons::source_of(size));
        match drawing {
            Some((_, Ok(tree))) => png(tree, size),
            Some((source, Err(error))) => Err(format!("{source}: {error}").into()),
            None => Err("no drawing for this size".into()),
        }
    };
    let mut files = Vec::new();
    for form in Form::all() {
        let images: Result<Vec<_>, _> = form.sizes().into_iter().map(image).collect();
        files.push((form.file_name(), form.file(&images?)?));
    }
    Ok(files)
}

fn png(tree: &usvg::Tree, size: u16) -> Result<icons::Png, Box<dyn Error>> {
    let side = u32::from(size);
    let mut pixels = tiny_skia::Pixmap::new(side, side).ok_or("an image has at least one pixel")?;
    let scale = f32::from(size) / tree.size().width();
    resvg::render(
        tree,
        tiny_skia::Transform::from_scale(scale, scale),
        &mut pixels.as_mut(),
    );
    Ok(icons::Png {
        size,
        bytes: pixels.encode_png()?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_files_beside_the_mark_are_made_of_it_as_it_is() {
        let directory = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../icons");
        for (name, bytes) in rendered(&directory).expect("rendered") {
            let kept = fs::read(directory.join(&name)).unwrap_or_default();
            assert!(kept == bytes, "icons/{name} is not up to date: cargo xtask icons");
        }
    }
}

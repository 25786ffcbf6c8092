//! Prepares what Tauri builds into the program.

/// As in `src/ipc.rs`: only what is declared here can be allowed to the window.
const COMMANDS: &[&str] = &["ask", "arrive", "open_link", "start_at_login", "dismiss"];

fn main() -> Result<(), Box<dyn std::error::Error>> {
    println!("cargo:rerun-if-changed=src-tauri/capabilities");
    // The window's pages are built into the program.
    println!("cargo:rerun-if-changed=ui/dist");
    let attributes = tauri_build::Attributes::new()
        .capabilities_path_pattern("./src-tauri/capabilities/**/*")
        .app_manifest(tauri_build::AppManifest::new().commands(COMMANDS));
    tauri_build::try_build(attributes)?;
    Ok(())
}

use std::{
    path::{Path, PathBuf},
    process::Stdio,
};

use signalbox_replay::Town;

fn shipped_script() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("scripts/three-vendors.toml")
}

async fn output_of(arguments: &[&str]) -> (i32, String) {
    tokio::task::spawn_blocking({
        let arguments: Vec<_> = arguments.iter().map(ToString::to_string).collect();
        move || {
            let program = env!("CARGO_BIN_EXE_signalbox-replay");
            let output = std::process::Command::new(program)
                .args(arguments)
                .output()
                .unwrap();
            (
                output.status.code().unwrap(),
                String::from_utf8(output.stderr).unwrap(),
            )
        }
    })
    .await
    .unwrap()
}

#[tokio::test]
async fn the_program_says_what_is_wrong_with_a_script_and_where() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("bad.toml");
    std::fs::write(
        &file,
        "[[page]]\nname = \"A\"\n[[page.state]]\nmisbehave = \"sulk\"\n",
    )
    .unwrap();
    let (code, words) = output_of(&[file.to_str().unwrap()]).await;
    assert_eq!(code, 65);
    assert!(words.contains("bad.toml:4:13: unknown variant `sulk`"), "{words}");
    assert_eq!(output_of(&[]).await.0, 64);
}

#[cfg(unix)]
#[tokio::test]
async fn the_program_prints_addresses_and_stops_when_told() {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path().join("root.pem");
    let mut child = std::process::Command::new(env!("CARGO_BIN_EXE_signalbox-replay"))
        .arg(shipped_script())
        .args(["--tls", "--json", "--write-root"])
        .arg(&root)
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let out = child.stdout.take().unwrap();
    let lines = tokio::task::spawn_blocking(move || {
        use std::io::BufRead;
        let lines = std::io::BufReader::new(out).lines().take(3);
        lines
            .map(|line| serde_json::from_str::<serde_json::Value>(&line.unwrap()).unwrap())
            .collect::<Vec<_>>()
    })
    .await
    .unwrap();
    let names: Vec<_> = lines.iter().map(|line| line["name"].as_str().unwrap()).collect();
    assert_eq!(
        names,
        ["Brightkiln Cloud", "Paperlark Mail", "Tidewater Payments"]
    );
    for line in &lines {
        assert_eq!(line["of"], 3);
        let authority = line["url"].as_str().unwrap().strip_prefix("https://").unwrap();
        let root = std::fs::read_to_string(&root).unwrap();
        let mut client = crate::support::connect_tls_to(authority.parse().unwrap(), &root)
            .await
            .unwrap();
        let reply = client.get("/api/v2/summary.json", &[]).await;
        let summary: serde_json::Value = serde_json::from_slice(&reply.body).unwrap();
        assert_eq!(summary["page"]["name"], line["name"]);
        assert_eq!(summary["page"]["url"], line["url"]);
    }
    let terminated = std::process::Command::new("kill")
        .arg(child.id().to_string())
        .status()
        .unwrap();
    assert!(terminated.success());
    let status = tokio::task::spawn_blocking(move || child.wait())
        .await
        .unwrap()
        .unwrap();
    assert!(status.success(), "{status}");
}

#[tokio::test]
async fn a_port_that_is_taken_is_named() {
    let town = Town::new();
    let page = town
        .open_as("A", signalbox_replay::Placement::Port, false)
        .unwrap();
    let port = page.address().port().to_string();
    let script = shipped_script();
    let (code, words) = output_of(&[script.to_str().unwrap(), "--base-port", &port]).await;
    assert_eq!(code, 69);
    assert!(
        words.contains(&format!("cannot listen on 127.0.0.1:{port}")),
        "{words}"
    );
}

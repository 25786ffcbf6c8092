//! What an unchanged poll costs: processor time per request that is answered with 304 over a fresh connection, each host
//! on a loopback address of its own, the server in a process of its own. A bare socket that says the same is the floor.
//! Linux only, because it reads `/proc` and needs the whole of 127.0.0.0/8.
//!
//! `cargo run --release -p signalbox-engine --example fetch_cost [-- REQUESTS]`

#![expect(clippy::print_stdout, reason = "it tells what it measured")]

use std::{
    env,
    error::Error,
    fs,
    io::{BufRead as _, BufReader},
    net::{Ipv4Addr, SocketAddr},
    process::{Command, Stdio},
    sync::Arc,
    time::Duration,
};

use signalbox_engine::{
    clock::SystemClock,
    fetch::{FetchRequest, FetchResult, FetchSettings, Fetcher, ProxyChoice, Validators},
};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
    runtime::{Builder, Runtime},
    task::JoinSet,
};
use url::Url;

type Failure = Box<dyn Error + Send + Sync>;

/// How many different hosts are asked, in turn.
const HOSTS: u32 = 1_000;
/// How many requests are under way at a time.
const AT_ONCE: usize = 64;
/// Of `/proc`: what the kernel calls USER_HZ, the same on all common architectures.
const TICKS_PER_SECOND: f64 = 100.0;

const NOT_MODIFIED: &[u8] =
    b"HTTP/1.1 304 Not Modified\r\nDate: Sat, 07 Nov 2026 17:00:00 GMT\r\nETag: W/\"1\"\r\n\
    Cache-Control: max-age=10, public, s-maxage=10, stale-while-revalidate=20, stale-if-error=3600\r\n\
    Vary: Accept,Accept-Encoding,Fastly-SSL\r\nAccess-Control-Allow-Origin: *\r\nServer: stand-in\r\n\
    Strict-Transport-Security: max-age=259200\r\nX-Content-Type-Options: nosniff\r\nX-Request-Id: 1\r\n\r\n";

fn main() -> Result<(), Failure> {
    let argument = env::args().nth(1);
    if argument.as_deref() == Some("serve") {
        return Builder::new_current_thread()
            .enable_all()
            .build()?
            .block_on(serve());
    }
    let requests: usize = argument.map_or(Ok(20_000), |count| count.parse())?;
    let mut server = Command::new(env::current_exe()?)
        .arg("serve")
        .stdout(Stdio::piped())
        .spawn()?;
    let mut first_line = String::new();
    let output = server.stdout.take().ok_or("the server has no output")?;
    BufReader::new(output).read_line(&mut first_line)?;
    let result = measure_all(requests, first_line.trim().parse()?);
    server.kill()?;
    server.wait()?;
    result
}

async fn serve() -> Result<(), Failure> {
    let listener = TcpListener::bind("0.0.0.0:0").await?;
    println!("{}", listener.local_addr()?.port());
    loop {
        let (mut stream, _) = listener.accept().await?;
        tokio::spawn(async move {
            let mut head = [0; 4_096];
            while stream.read(&mut head).await.is_ok_and(|count| count > 0) {
                stream.write_all(NOT_MODIFIED).await?;
            }
            Ok::<_, std::io::Error>(())
        });
    }
}

fn measure_all(requests: usize, port: u16) -> Result<(), Failure> {
    let settings = FetchSettings {
        proxy: ProxyChoice::Direct,
        ..FetchSettings::default()
    };
    for (name, runtime) in [
        ("one thread", Builder::new_current_thread().enable_all().build()?),
        (
            "two threads",
            Builder::new_multi_thread()
                .worker_threads(2)
                .enable_all()
                .build()?,
        ),
    ] {
        let fetcher = Arc::new(Fetcher::new(settings.clone(), Arc::new(SystemClock::new()))?);
        measure(
            &format!("bare socket, {name}"),
            &runtime,
            requests,
            move |number| bare(address(number, port)),
        )?;
        for keep_open in [false, true] {
            let fetcher = fetcher.clone();
            let label = if keep_open { "kept open" } else { "used once" };
            measure(
                &format!("fetch, {label}, {name}"),
                &runtime,
                requests,
                move |number| fetched(fetcher.clone(), address(number, port), keep_open),
            )?;
        }
    }
    Ok(())
}

fn address(number: usize, port: u16) -> SocketAddr {
    let host = u32::try_from(number).unwrap_or(0) % HOSTS;
    (
        Ipv4Addr::from_bits(Ipv4Addr::new(127, 1, 0, 1).to_bits() + host),
        port,
    )
        .into()
}

async fn bare(address: SocketAddr) -> Result<(), Failure> {
    let mut stream = TcpStream::connect(address).await?;
    let request = "GET /api/v2/summary.json HTTP/1.1\r\nIf-None-Match: W/\"1\"\r\nAccept: */*\r\n\r\n";
    stream.write_all(request.as_bytes()).await?;
    let mut answer = [0; 4_096];
    match stream.read(&mut answer).await? {
        0 => Err("no answer".into()),
        _ => Ok(()),
    }
}

async fn fetched(fetcher: Arc<Fetcher>, address: SocketAddr, keep_open: bool) -> Result<(), Failure> {
    let url = Url::parse(&format!("http://{address}/api/v2/summary.json"))?;
    let validators = Validators {
        url: url.clone(),
        etag: Some("W/\"1\"".to_owned()),
        last_modified: None,
    };
    let request = FetchRequest {
        validators: Some(validators),
        keep_open,
        ..FetchRequest::new(url)
    };
    match fetcher.get(request).await.result {
        FetchResult::NotModified { .. } => Ok(()),
        other @ (FetchResult::Body(_) | FetchResult::Failed(_)) => Err(format!("{other:?}").into()),
    }
}

fn measure<F: Future<Output = Result<(), Failure>> + Send + 'static>(
    name: &str,
    runtime: &Runtime,
    requests: usize,
    work: impl Fn(usize) -> F,
) -> Result<(), Failure> {
    let before = processor_time()?;
    runtime.block_on(async {
        let mut tasks = JoinSet::new();
        for number in 0..requests {
            if tasks.len() >= AT_ONCE
                && let Some(ended) = tasks.join_next().await
            {
                ended??;
            }
            tasks.spawn(work(number));
        }
        while let Some(ended) = tasks.join_next().await {
            ended??;
        }
        Ok::<_, Failure>(())
    })?;
    let after = processor_time()?;
    let each = |total: Duration| total.as_secs_f64() * 1e6 / requests as f64;
    let (user, system) = (each(after.0 - before.0), each(after.1 - before.1));
    println!(
        "{name:32} {:6.1} µs (user {user:.1}, system {system:.1})",
        user + system
    );
    Ok(())
}

/// What this process has used so far, in user and in system mode.
fn processor_time() -> Result<(Duration, Duration), Failure> {
    let stat = fs::read_to_string("/proc/self/stat")?;
    let (_, fields) = stat.rsplit_once(')').ok_or("no such /proc/self/stat")?;
    let mut times = fields.split_whitespace().skip(11).map(str::parse::<f64>);
    let mut next = || times.next().ok_or("a short /proc/self/stat");
    let (user, system) = (next()??, next()??);
    Ok((
        Duration::from_secs_f64(user / TICKS_PER_SECOND),
        Duration::from_secs_f64(system / TICKS_PER_SECOND),
    ))
}

//! A small client of its own, so that the stand-ins are not judged by a library that forgives.

use std::{collections::BTreeMap, io, net::SocketAddr, sync::Arc};

use async_compression::tokio::bufread::{BrotliDecoder, GzipDecoder, ZstdDecoder};
use rustls::{
    ClientConfig, RootCertStore,
    pki_types::{CertificateDer, ServerName, pem::PemObject},
};
use signalbox_replay::Page;
use tokio::{
    io::{AsyncBufReadExt, AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt, BufReader},
    net::TcpStream,
};
use tokio_rustls::{TlsConnector, client::TlsStream};

/// An answer as it came.
#[derive(Debug)]
pub(crate) struct Reply {
    pub(crate) version: String,
    pub(crate) status: u16,
    pub(crate) fields: BTreeMap<String, String>,
    /// As sent: still compressed, no longer chunked.
    pub(crate) body: Vec<u8>,
}

impl Reply {
    pub(crate) fn field(&self, name: &str) -> &str {
        self.fields.get(name).map_or("", String::as_str)
    }

    pub(crate) fn text(&self) -> &str {
        std::str::from_utf8(&self.body).unwrap()
    }

    pub(crate) async fn decoded(&self) -> Vec<u8> {
        let mut decoded = Vec::new();
        let body = &self.body[..];
        match self.field("content-encoding") {
            "gzip" => GzipDecoder::new(body).read_to_end(&mut decoded).await,
            "br" => BrotliDecoder::new(body).read_to_end(&mut decoded).await,
            "zstd" => ZstdDecoder::new(body).read_to_end(&mut decoded).await,
            _ => return self.body.clone(),
        }
        .unwrap();
        decoded
    }
}

/// A connection that requests can be sent on, one after another.
pub(crate) struct Client<S> {
    pub(crate) stream: BufReader<S>,
}

pub(crate) async fn connect(page: &Page) -> Client<TcpStream> {
    Client {
        stream: BufReader::new(TcpStream::connect(page.address()).await.unwrap()),
    }
}

/// A TLS connection that trusts this root alone and expects the page's address in the certificate.
pub(crate) async fn connect_tls(page: &Page, root_pem: &str) -> io::Result<Client<TlsStream<TcpStream>>> {
    connect_tls_to(page.address(), root_pem).await
}

pub(crate) async fn connect_tls_to(
    address: SocketAddr,
    root_pem: &str,
) -> io::Result<Client<TlsStream<TcpStream>>> {
    let name = ServerName::IpAddress(address.ip().into());
    greet(TcpStream::connect(address).await?, name, root_pem).await
}

/// A TLS connection to a host through a proxy.
pub(crate) async fn connect_through(
    proxy: SocketAddr,
    host: &'static str,
    root_pem: &str,
) -> io::Result<Client<TlsStream<TcpStream>>> {
    let mut client = Client {
        stream: BufReader::new(TcpStream::connect(proxy).await?),
    };
    client.send("CONNECT", &format!("{host}:443"), &[]).await;
    let reply = client.receive_head().await?;
    if reply.status != 200 {
        return Err(io::Error::other(reply.status.to_string()));
    }
    greet(client.stream.into_inner(), host.try_into().unwrap(), root_pem).await
}

async fn greet(
    stream: TcpStream,
    name: ServerName<'static>,
    root_pem: &str,
) -> io::Result<Client<TlsStream<TcpStream>>> {
    let mut roots = RootCertStore::empty();
    roots
        .add(CertificateDer::from_pem_slice(root_pem.as_bytes()).unwrap())
        .unwrap();
    let config = ClientConfig::builder_with_provider(Arc::new(rustls::crypto::ring::default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_root_certificates(roots)
        .with_no_client_auth();
    let stream = TlsConnector::from(Arc::new(config)).connect(name, stream).await?;
    Ok(Client {
        stream: BufReader::new(stream),
    })
}

impl<S: AsyncRead + AsyncWrite + Unpin> Client<S> {
    pub(crate) async fn send(&mut self, method: &str, path: &str, fields: &[(&str, &str)]) {
        let mut head = format!("{method} {path} HTTP/1.1\r\nhost: stand-in\r\n");
        for (name, value) in fields {
            head.push_str(&format!("{name}: {value}\r\n"));
        }
        head.push_str("\r\n");
        self.stream.write_all(head.as_bytes()).await.unwrap();
        self.stream.flush().await.unwrap();
    }

    pub(crate) async fn request(
        &mut self,
        method: &str,
        path: &str,
        fields: &[(&str, &str)],
    ) -> io::Result<Reply> {
        self.send(method, path, fields).await;
        self.receive(method).await
    }

    pub(crate) async fn get(&mut self, path: &str, fields: &[(&str, &str)]) -> Reply {
        self.request("GET", path, fields).await.unwrap()
    }

    /// The head of an answer, its body empty.
    pub(crate) async fn receive_head(&mut self) -> io::Result<Reply> {
        let mut line = String::new();
        if self.stream.read_line(&mut line).await? == 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        let mut words = line.split_whitespace();
        let version = words.next().unwrap().to_owned();
        let status = words.next().unwrap().parse().unwrap();
        let mut fields = BTreeMap::new();
        loop {
            let mut line = String::new();
            self.stream.read_line(&mut line).await?;
            let Some((name, value)) = line.trim_end().split_once(':') else {
                break;
            };
            fields.insert(name.to_owned(), value.trim().to_owned());
        }
        Ok(Reply {
            version,
            status,
            fields,
            body: Vec::new(),
        })
    }

    pub(crate) async fn receive(&mut self, method: &str) -> io::Result<Reply> {
        let mut reply = self.receive_head().await?;
        if method == "HEAD" || reply.status == 304 || reply.status == 204 {
            return Ok(reply);
        }
        if reply.field("transfer-encoding") == "chunked" {
            loop {
                let mut size = String::new();
                self.stream.read_line(&mut size).await?;
                let size = usize::from_str_radix(size.trim(), 16).unwrap();
                let mut chunk = vec![0; size + 2];
                self.stream.read_exact(&mut chunk).await?;
                assert!(chunk.ends_with(b"\r\n"));
                if size == 0 {
                    break;
                }
                reply.body.extend_from_slice(&chunk[..size]);
            }
        } else if let Some(length) = reply.fields.get("content-length") {
            reply.body = vec![0; length.parse().unwrap()];
            self.stream.read_exact(&mut reply.body).await?;
        } else {
            self.stream.read_to_end(&mut reply.body).await?;
        }
        Ok(reply)
    }
}

/// One request on a connection of its own.
pub(crate) async fn get(page: &Page, path: &str, fields: &[(&str, &str)]) -> io::Result<Reply> {
    let stream = TcpStream::connect(page.address()).await?;
    let stream = BufReader::new(stream);
    Client { stream }.request("GET", path, fields).await
}

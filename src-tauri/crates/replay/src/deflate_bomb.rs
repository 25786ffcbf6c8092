//! A gzip body that inflates to any size, made in the time that one MiB takes.
//!
//! Zeros are compressed up to a flush, which ends on a byte boundary. What the compressor writes for the second
//! MiB refers only to zeros before it, so it may be repeated at will; the checksum of that many zeros (RFC 1952)
//! is computed by repeated squaring.

use async_compression::tokio::write::GzipEncoder;
use bytes::{BufMut, Bytes, BytesMut};
use tokio::io::AsyncWriteExt;

const MIB: u64 = 1024 * 1024;

/// The parts of the body, to be sent in this order.
#[derive(Debug)]
pub(crate) struct Bomb {
    pub(crate) first: Bytes,
    pub(crate) repeated: Bytes,
    pub(crate) times: u64,
    pub(crate) last: Bytes,
}

impl Bomb {
    /// A body that inflates to `inflated` bytes, rounded up to whole MiB.
    pub(crate) async fn new(inflated: u64) -> std::io::Result<Self> {
        let blocks = inflated.div_ceil(MIB).max(1);
        let zeros = vec![0; 1024 * 1024];
        let mut encoder = GzipEncoder::new(Vec::new());
        encoder.write_all(&zeros).await?;
        encoder.flush().await?;
        let first_length = encoder.get_ref().len();
        encoder.write_all(&zeros).await?;
        encoder.flush().await?;
        let mut first = Bytes::from(encoder.into_inner());
        let repeated = first.split_off(first_length);
        // An empty final block of fixed codes, the checksum, the length modulo 2^32.
        let mut last = BytesMut::from(&[0x03, 0x00][..]);
        last.put_u32_le(crc_of_zeros(blocks * MIB));
        last.put_u32_le(u32::try_from((blocks * MIB) & 0xffff_ffff).unwrap_or_default());
        Ok(Self {
            first,
            repeated,
            times: blocks - 1,
            last: last.freeze(),
        })
    }

    pub(crate) fn len(&self) -> u64 {
        self.first.len() as u64 + self.repeated.len() as u64 * self.times + self.last.len() as u64
    }
}

/// A linear map of 32 bits, by the images of the single bits.
type Matrix = [u32; 32];

fn apply(matrix: &Matrix, vector: u32) -> u32 {
    matrix
        .iter()
        .enumerate()
        .filter(|(bit, _)| vector >> bit & 1 == 1)
        .fold(0, |sum, (_, image)| sum ^ image)
}

/// The CRC-32 of `length` zero bytes.
fn crc_of_zeros(length: u64) -> u32 {
    // One zero byte is eight steps of the reflected polynomial.
    let mut step: Matrix =
        std::array::from_fn(|bit| (0..8).fold(1u32 << bit, |crc, _| (crc >> 1) ^ (0xedb8_8320 * (crc & 1))));
    let mut crc = u32::MAX;
    let mut left = length;
    while left > 0 {
        if left & 1 == 1 {
            crc = apply(&step, crc);
        }
        step = std::array::from_fn(|bit| apply(&step, apply(&step, 1 << bit)));
        left >>= 1;
    }
    !crc
}

#[cfg(test)]
mod tests {
    use async_compression::tokio::bufread::GzipDecoder;
    use tokio::io::AsyncReadExt;

    use super::*;

    #[test]
    fn the_checksum_of_zeros_is_the_known_one() {
        for (length, expected) in [(0, 0), (1, 0xd202_ef8d), (4, 0x2144_df1c), (32, 0x190a_55ad)] {
            assert_eq!(crc_of_zeros(length), expected, "{length}");
        }
    }

    #[tokio::test]
    async fn the_bomb_is_valid_gzip_of_the_promised_size() {
        let bomb = Bomb::new(5 * MIB - 1).await.unwrap();
        let mut body = bomb.first.to_vec();
        (0..bomb.times).for_each(|_| body.extend_from_slice(&bomb.repeated));
        body.extend_from_slice(&bomb.last);
        assert_eq!(body.len() as u64, bomb.len());
        let mut inflated = Vec::new();
        // The decoder checks the checksum and the length at the end.
        GzipDecoder::new(&body[..])
            .read_to_end(&mut inflated)
            .await
            .unwrap();
        assert_eq!(inflated.len() as u64, 5 * MIB);
        assert!(inflated.iter().all(|byte| *byte == 0));
        assert!(bomb.len() * 500 < 5 * MIB, "{}", bomb.len());
    }
}

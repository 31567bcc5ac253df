//! How is a packed file unpacked without unpacking a bomb?
//!
//! What comes out is counted while it is read; declared sizes are never believed. Deflate packs at most 1032 to 1 (RFC
//! 1951: 258 bytes in two bits), registers pack 3 to 20 to 1, and the most repetitive real files 50 to 1. So beyond
//! [`N_FREE_BYTES`], which any machine can take, a file that packs better than [`RATIO_MAX`] to 1 is refused. Only one
//! layer is unpacked: a packed file in a packed file is refused by [`super::lines`] as no text.

use std::fs::File;
use std::io::{self, Read, Seek, Write};

use flate2::read::MultiGzDecoder;

/// Bytes that any packed file may have, however well it packs.
pub const N_FREE_BYTES: u64 = 64 << 20;

/// Beyond [`N_FREE_BYTES`], so many bytes may come out of one.
pub const RATIO_MAX: u64 = 200;

/// Bytes of an unpacked text: a hundred times the largest register of a Chinese city.
pub const N_TEXT_BYTES_MAX: u64 = 64 << 30;

/// Bytes of an unpacked spreadsheet or Parquet file, which needs a temporary file: some ten million rows.
pub const N_FILE_BYTES_MAX: u64 = 4 << 30;

/// Whether so much may come out of so little; the error says which bound was met and what to do.
pub fn check_ratio(n_unpacked: u64, n_packed: u64) -> io::Result<()> {
    if n_unpacked <= N_FREE_BYTES || n_unpacked / RATIO_MAX <= n_packed {
        return Ok(());
    }
    Err(io::Error::other(format!(
        "{n_packed} packed bytes unpack to more than {n_unpacked}, above {RATIO_MAX} to 1 beyond {} MiB, as only a \
         decompression bomb does; if the file is honest, unpack it yourself and deliver it unpacked",
        N_FREE_BYTES >> 20
    )))
}

/// A gzip file of one or several members, unpacked as it is read.
pub struct Unpacked<R: Read> {
    decoder: MultiGzDecoder<Counted<R>>,
    n_unpacked: u64,
    n_bytes_max: u64,
}

impl<R: Read> Unpacked<R> {
    /// Unpacks at most so many bytes.
    pub fn new(input: R, n_bytes_max: u64) -> Self {
        Self { decoder: MultiGzDecoder::new(Counted { input, n_read: 0 }), n_unpacked: 0, n_bytes_max }
    }
}

impl<R: Read> Read for Unpacked<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let damaged = |error: io::Error| {
            let text =
                format!("damaged or cut off after {} unpacked bytes: {error}; ask for it again", self.n_unpacked);
            io::Error::new(io::ErrorKind::InvalidData, text)
        };
        let n = self.decoder.read(buffer).map_err(damaged)?;
        self.n_unpacked += n as u64;
        check_ratio(self.n_unpacked, self.decoder.get_ref().n_read)?;
        if self.n_unpacked > self.n_bytes_max {
            let text = format!("unpacks to more than {} GiB; deliver it in parts", self.n_bytes_max >> 30);
            return Err(io::Error::other(text));
        }
        Ok(n)
    }
}

/// Unpacks a file that must be read out of order into a temporary one, which nobody else sees.
pub fn unpack_to_file(input: impl Read) -> io::Result<File> {
    let mut file = tempfile::tempfile()?;
    let mut unpacked = Unpacked::new(input, N_FILE_BYTES_MAX);
    io::copy(&mut unpacked, &mut file)?;
    file.flush()?;
    file.rewind()?;
    Ok(file)
}

struct Counted<R> {
    input: R,
    n_read: u64,
}

impl<R: Read> Read for Counted<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let n = self.input.read(buffer)?;
        self.n_read += n as u64;
        Ok(n)
    }
}

#[cfg(test)]
mod tests;

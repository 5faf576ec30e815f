//! zstd: one frame after the other, and what stands between them for other programs.

use std::fmt::Display;
use std::io::{self, BufRead, Cursor, Read};

use ruzstd::decoding::{FrameDecoder, StreamingDecoder};

const FRAME: [u8; 4] = [0x28, 0xb5, 0x2f, 0xfd];

/// The frames of a file, unpacked.
pub(crate) struct Frames<R: Read> {
    reader: Option<R>,
    decoder: Option<Decoder<R>>,
}

/// The frame's first bytes are read before it is known to be one.
type Decoder<R> = StreamingDecoder<io::Chain<Cursor<[u8; 4]>, R>, FrameDecoder>;

/// Whether the first bytes of a file are a frame's.
pub(crate) fn is_zstd(first: &[u8]) -> bool {
    first.starts_with(&FRAME) || first.get(..4).is_some_and(is_skipped)
}

impl<R: BufRead> Frames<R> {
    pub(crate) fn new(reader: R) -> Frames<R> {
        Frames { reader: Some(reader), decoder: None }
    }

    /// Begins the next frame; whether there is one.
    fn next(&mut self) -> io::Result<bool> {
        loop {
            let Some(mut reader) = self.reader.take() else { return Ok(false) };
            if reader.fill_buf()?.is_empty() {
                return Ok(false);
            }
            let mut magic = [0; 4];
            reader.read_exact(&mut magic)?;
            if !is_skipped(&magic) {
                let source = Cursor::new(magic).chain(reader);
                self.decoder = Some(StreamingDecoder::new(source).map_err(damaged)?);
                return Ok(true);
            }
            let mut length = [0; 4];
            reader.read_exact(&mut length)?;
            let length = u64::from(u32::from_le_bytes(length));
            io::copy(&mut reader.by_ref().take(length), &mut io::sink())?;
            self.reader = Some(reader);
        }
    }
}

impl<R: BufRead> Read for Frames<R> {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        loop {
            let Some(decoder) = &mut self.decoder else {
                if self.next()? {
                    continue;
                }
                return Ok(0);
            };
            match decoder.read(buf) {
                Ok(0) if !buf.is_empty() => {}
                Ok(count) => return Ok(count),
                // The library does not say that the input has ended.
                Err(error) => {
                    let is_cut = decoder.get_mut().get_mut().1.fill_buf()?.is_empty();
                    return Err(if is_cut { io::ErrorKind::UnexpectedEof.into() } else { error });
                }
            }
            let Some(ended) = self.decoder.take() else { continue };
            let (source, frame) = ended.into_parts();
            if frame.get_checksum_from_data().is_some_and(|sum| Some(sum) != frame.get_calculated_checksum())
            {
                return Err(damaged("the checksum of a zstd frame differs"));
            }
            self.reader = Some(source.into_inner().1);
        }
    }
}

/// What a frame's first bytes are that others keep their own data in.
/// <https://datatracker.ietf.org/doc/html/rfc8878#section-3.1.2>
fn is_skipped(magic: &[u8]) -> bool {
    matches!(magic, [0x50..=0x5f, 0x2a, 0x4d, 0x18])
}

fn damaged(why: impl Display) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, why.to_string())
}

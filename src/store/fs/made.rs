//! Files that are made of others while they are sealed, so that nothing of them lies on a disk before: pieces of the other file with bytes
//! between them, or all of it made anew.

use std::io::{self, Read};

use cap_std::fs::File;

use super::file_bytes::FileBytes;
use crate::base::error::{Result, carried};
use crate::bundle::read_at::{ReadAt, read_at};

/// How a file is made of another.
pub(crate) enum Recipe {
    /// Of these pieces, one behind the other. They are read when they are needed, so that nothing of them is held.
    Pieces(Box<[Piece]>),
    /// All of it anew, of this many bytes, and the same each time; it is held in memory while it is written.
    Anew(u64, Making),
}

/// Makes the bytes of one file out of those of another.
pub(crate) type Making = Box<dyn Fn(&dyn ReadAt) -> Result<Vec<u8>> + Send + Sync>;

/// A piece of a file that is made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Piece {
    /// These bytes.
    Bytes(Vec<u8>),
    /// Bytes of the other file: from where, and how many.
    Range(u64, u64),
}

impl Piece {
    fn length(&self) -> u64 {
        match self {
            Piece::Bytes(bytes) => bytes.len() as u64,
            Piece::Range(_, length) => *length,
        }
    }
}

impl Recipe {
    /// How many bytes are made.
    pub fn size(&self) -> u64 {
        match self {
            Recipe::Pieces(pieces) => pieces.iter().map(Piece::length).sum(),
            Recipe::Anew(size, _) => *size,
        }
    }

    /// Makes them of the file that was opened.
    fn follow(&self, file: &File) -> io::Result<Box<dyn ReadAt>> {
        let original = FileBytes::of(file.try_clone()?.into_std())?;
        Ok(match self {
            Recipe::Pieces(pieces) => Box::new(Pieced { original, pieces: pieces.clone() }),
            Recipe::Anew(_, make) => Box::new(make(&original).map_err(carried)?),
        })
    }
}

/// What pieces of a file make.
pub(crate) struct Pieced<O> {
    /// The file.
    pub original: O,
    /// Its pieces, and what is between them.
    pub pieces: Box<[Piece]>,
}

impl<O: ReadAt> ReadAt for Pieced<O> {
    fn length(&self) -> u64 {
        self.pieces.iter().map(Piece::length).sum()
    }

    fn read_at(&self, out: &mut [u8], at: u64) -> io::Result<usize> {
        let mut skip = at;
        for piece in &self.pieces {
            let Some(left) = piece.length().checked_sub(skip).filter(|left| *left > 0) else {
                skip -= piece.length();
                continue;
            };
            return match piece {
                Piece::Bytes(bytes) => bytes.read_at(out, skip),
                Piece::Range(from, _) => {
                    let room = usize::try_from(left).unwrap_or(usize::MAX).min(out.len());
                    self.original.read_at(out.get_mut(..room).unwrap_or_default(), from + skip)
                }
            };
        }
        Ok(0)
    }
}

/// An input that was opened, to be read from its beginning to its end.
pub(crate) struct Opened {
    /// The file on the disk: the input itself, or the one that it is made of.
    file: File,
    made: Option<Made>,
}

/// What was made, and how far it was read.
struct Made {
    bytes: Box<dyn ReadAt>,
    at: u64,
}

impl Opened {
    pub(super) fn of(file: File, recipe: Option<&Recipe>) -> io::Result<Self> {
        let made = recipe.map(|recipe| recipe.follow(&file)).transpose()?;
        Ok(Opened { file, made: made.map(|bytes| Made { bytes, at: 0 }) })
    }

    /// The file on the disk that everything comes from.
    pub(super) fn file(&self) -> &File {
        &self.file
    }

    /// Goes back to the beginning.
    pub(super) fn rewind(&mut self) -> io::Result<()> {
        match &mut self.made {
            Some(made) => made.at = 0,
            None => io::Seek::rewind(&mut self.file)?,
        }
        Ok(())
    }

    /// The bytes, to be read at any place.
    pub(super) fn into_bytes(self) -> io::Result<Box<dyn ReadAt>> {
        match self.made {
            Some(made) => Ok(made.bytes),
            None => Ok(Box::new(FileBytes::of(self.file.into_std())?)),
        }
    }
}

impl Read for Opened {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        let Some(made) = &mut self.made else { return self.file.read(out) };
        let count = read_at(&*made.bytes, out, made.at)?;
        made.at += count as u64;
        Ok(count)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pieces_are_read_as_one_file() {
        let dir = tempfile::tempdir().unwrap();
        std::fs::write(dir.path().join("a"), b"0123456789").unwrap();
        let open = || File::from_std(std::fs::File::open(dir.path().join("a")).unwrap());
        let bytes = |bytes: &[u8]| Piece::Bytes(bytes.to_vec());
        let pieces = [bytes(b"<"), Piece::Range(2, 3), bytes(b""), bytes(b"|"), Piece::Range(0, 1), Piece::Range(9, 1)];
        let recipe = Recipe::Pieces(pieces.into());
        let mut opened = Opened::of(open(), Some(&recipe)).unwrap();
        for _ in 0..2 {
            let mut read = Vec::new();
            opened.read_to_end(&mut read).unwrap();
            assert_eq!((read.as_slice(), recipe.size()), (&b"<234|09"[..], 7));
            opened.rewind().unwrap();
        }
        let whole = opened.into_bytes().unwrap();
        for at in 0..=8 {
            let mut rest = [0; 8];
            let mut filled = 0;
            while let Ok(count @ 1..) = whole.read_at(&mut rest[filled..], at + filled as u64) {
                filled += count;
            }
            assert_eq!(&rest[..filled], &b"<234|09"[(at as usize).min(7)..], "{at}");
        }
    }
}

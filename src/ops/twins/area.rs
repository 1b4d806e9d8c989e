//! An area of a picture that is to be hidden, as it is asked for.

use crate::base::code;
use crate::base::detail::Detail;
use crate::base::error::{Error, Result};

/// A rectangle, in pixels of the picture as people see it, upright, from its left upper corner.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Area {
    /// Where it begins, from the left.
    pub x: u32,
    /// Where it begins, from the top.
    pub y: u32,
    /// At least 1.
    pub width: u32,
    /// At least 1.
    pub height: u32,
}

/// Areas of one picture that are to be hidden.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hide {
    /// The name that the picture has in the folder.
    pub file: String,
    /// At least one.
    pub areas: Vec<Area>,
}

impl Hide {
    /// Reads `FILE=X,Y,WxH`; what stands before the last `=` is the name.
    ///
    /// ```
    /// let hide = sealbag::Hide::parse("photos/a.jpg=300,40,120x160").unwrap();
    /// assert_eq!((hide.file.as_str(), hide.areas[0].x, hide.areas[0].height), ("photos/a.jpg", 300, 160));
    /// assert_eq!(sealbag::Hide::parse("photos/a.jpg").unwrap_err().code.id, "hide.area");
    /// ```
    ///
    /// # Errors
    /// `hide.area` for anything else, and for an area without a pixel.
    pub fn parse(text: &str) -> Result<Self> {
        let refuse = |detail: Detail| Error::new(code::HIDE_AREA, text, detail);
        let (file, area) = text.rsplit_once('=').ok_or_else(|| refuse(Detail::AreaForm))?;
        let area = Area::parse(area).filter(|_| !file.is_empty()).ok_or_else(|| refuse(Detail::AreaForm))?;
        if area.width == 0 || area.height == 0 {
            return Err(refuse(Detail::AreaEmpty));
        }
        Ok(Hide { file: file.into(), areas: vec![area] })
    }
}

impl Area {
    fn parse(text: &str) -> Option<Self> {
        let number = |text: &str| text.parse().ok().filter(|_| text.bytes().all(|byte| byte.is_ascii_digit()));
        let mut parts = text.split(',');
        let (x, y, size, None) = (parts.next()?, parts.next()?, parts.next()?, parts.next()) else { return None };
        let (width, height) = size.split_once('x')?;
        Some(Area { x: number(x)?, y: number(y)?, width: number(width)?, height: number(height)? })
    }

    /// True if all of it is in a picture of this size.
    pub(super) fn is_within(&self, width: u32, height: u32) -> bool {
        let reaches = |from: u32, by: u32, to: u32| from.checked_add(by).is_some_and(|end| end <= to);
        reaches(self.x, self.width, width) && reaches(self.y, self.height, height)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_area_is_read_or_refused() {
        let hide = Hide::parse("a=b.jpg=0,1,2x4294967295").unwrap();
        assert_eq!(hide, Hide { file: "a=b.jpg".into(), areas: vec![Area { x: 0, y: 1, width: 2, height: u32::MAX }] });
        for text in ["", "a.jpg", "=0,0,1x1", "a.jpg=", "a.jpg=0,0,1", "a.jpg=0,0,1x", "a.jpg=0,0,1x1,1", "a.jpg=-1,0,1x1"] {
            assert_eq!(Hide::parse(text).unwrap_err().detail, Detail::AreaForm, "{text}");
        }
        for text in ["a.jpg=+1,0,1x1", "a.jpg=0,0,4294967296x1", "a.jpg=0, 0,1x1", "a.jpg=0,0,1X1", "a.jpg=0.5,0,1x1"] {
            assert_eq!(Hide::parse(text).unwrap_err().detail, Detail::AreaForm, "{text}");
        }
        for text in ["a.jpg=0,0,0x1", "a.jpg=0,0,1x0"] {
            assert_eq!(Hide::parse(text).unwrap_err().detail, Detail::AreaEmpty, "{text}");
        }
        let area = |x, y, width, height| Area { x, y, width, height };
        assert!(area(0, 0, 4, 3).is_within(4, 3) && area(3, 2, 1, 1).is_within(4, 3));
        for outside in [area(1, 0, 4, 3), area(0, 1, 4, 3), area(4, 0, 1, 1), area(u32::MAX, 0, 1, 1)] {
            assert!(!outside.is_within(4, 3), "{outside:?}");
        }
    }
}

//! Are two Chinese texts the same but for characters that are read alike, or that look alike?
//!
//! Who types pinyin picks the wrong character of a syllable (胡, 湖); who copies by eye takes one for its neighbor (未, 末). Both
//! errors keep the length and touch few characters, so they are told from two names that are merely similar. What counts or
//! points is never confused: 第一 and 第二, 东 and 西 part units. That a typing error is likely is not said here: its level
//! has an m and a u like any other.
//!
//! Reads `rules/data/words/readings.txt` and `lookalikes.txt` once, and the syllables of `super::letters`.

use std::sync::LazyLock;

use hashbrown::HashMap;

use super::letters::{data_lines, syllables};

/// Readings of one character that are kept.
const N_READINGS_MAX: usize = 3;

/// Numerals, stems and words of place: two of them are never one character miswritten.
const COUNTING: &str = "〇零一二三四五六七八九十百千万亿两壹贰叁肆伍陆柒捌玖拾佰仟甲乙丙丁戊己庚辛壬癸子丑寅卯辰巳午未申酉戌亥\
                        东西南北中上下左右前后内外大小新老旧春夏秋冬";

/// Whether two texts of equal length differ in so many characters at most, each of which is read as the other is, whatever
/// the tone.
///
/// ```
/// use minglu_rules::words::are_homophones;
/// assert!(are_homophones("胡北饭店", "湖北饭店", 1));
/// assert!(are_homophones("张章", "章张", 2));
/// assert!(!are_homophones("第一食堂", "第二食堂", 1) && !are_homophones("东湖", "西湖", 1));
/// ```
pub fn are_homophones(a: &str, b: &str, n_chars_max: usize) -> bool {
    differ_by(a, b, n_chars_max, |a, b| {
        let (a, b) = (readings(a), readings(b));
        a.iter().any(|reading| *reading != 0 && b.contains(reading))
    })
}

/// Whether two texts of equal length differ in so many characters at most, each of which is easily mistaken for the other by
/// its shape.
///
/// ```
/// use minglu_rules::words::look_alike;
/// assert!(look_alike("末来科技", "未来科技", 1));
/// assert!(!look_alike("一厂", "二厂", 1) && !look_alike("东湖", "西湖", 1));
/// ```
pub fn look_alike(a: &str, b: &str, n_chars_max: usize) -> bool {
    differ_by(a, b, n_chars_max, |a, b| match (SHAPES.get(&a), SHAPES.get(&b)) {
        (Some(a), Some(b)) => a.iter().any(|group| b.contains(group)),
        _ => false,
    })
}

/// Whether the texts are equal but for so many characters, each pair of which is confused; texts of one character alone are
/// not, because nothing would be left that agrees.
fn differ_by(a: &str, b: &str, n_chars_max: usize, are_confused: impl Fn(char, char) -> bool) -> bool {
    let (mut left, mut right) = (a.chars(), b.chars());
    let (mut n_chars, mut n_differ) = (0, 0);
    loop {
        match (left.next(), right.next()) {
            (None, None) => return n_chars > 1 || n_differ == 0,
            (Some(a), Some(b)) if a == b => {}
            (Some(a), Some(b)) => {
                n_differ += 1;
                if n_differ > n_chars_max || (COUNTING.contains(a) && COUNTING.contains(b)) || !are_confused(a, b) {
                    return false;
                }
            }
            _ => return false,
        }
        n_chars += 1;
    }
}

/// The first character of the table, and how many follow: the unified ideographs of Unicode 1.
const FIRST: u32 = 0x4e00;
const N_CHARS: usize = 0x5200;

/// Numbers of the readings of a character; 0 is none.
fn readings(char: char) -> [u16; N_READINGS_MAX] {
    let at = (char as u32).checked_sub(FIRST).map_or(usize::MAX, |at| at as usize);
    READINGS.get(at).copied().unwrap_or_default()
}

static READINGS: LazyLock<Box<[[u16; N_READINGS_MAX]]>> = LazyLock::new(|| {
    let mut table = vec![[0; N_READINGS_MAX]; N_CHARS].into_boxed_slice();
    let mut numbers: HashMap<&str, u16> = HashMap::new();
    let further = data_lines(include_str!("../../data/words/readings.txt")).filter_map(|line| line.split_once(' '));
    for (syllable, chars) in syllables().chain(further) {
        let next = numbers.len() as u16 + 1;
        let number = *numbers.entry(syllable).or_insert(next);
        for char in chars.chars() {
            let at = (char as u32).checked_sub(FIRST).map_or(usize::MAX, |at| at as usize);
            let Some(known) = table.get_mut(at).filter(|known| !known.contains(&number)) else { continue };
            if let Some(free) = known.iter_mut().find(|reading| **reading == 0) {
                *free = number;
            }
        }
    }
    table
});

static SHAPES: LazyLock<HashMap<char, Vec<u16>>> = LazyLock::new(|| {
    let mut shapes: HashMap<char, Vec<u16>> = HashMap::new();
    for (group, line) in data_lines(include_str!("../../data/words/lookalikes.txt")).enumerate() {
        line.chars().for_each(|char| shapes.entry(char).or_default().push(group as u16));
    }
    shapes
});

#[cfg(test)]
mod tests;

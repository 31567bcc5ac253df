//! Which sheets does a workbook have, and in which parts of the package is what?

use std::collections::BTreeMap;
use std::io::{self, Read, Seek};

use minglu_rules::date::Epoch;
use quick_xml::events::Event;

use super::package::{N_SMALL_PART_BYTES_MAX, Package};
use super::xml::{Xml, attribute, damaged};

/// What a workbook says of itself.
pub(super) struct Workbook {
    sheets: Vec<SheetEntry>,
    /// Part of the styles.
    pub(super) styles: Option<String>,
    /// Part of the shared strings.
    pub(super) strings: Option<String>,
    /// The day from which dates are counted.
    pub(super) epoch: Epoch,
}

struct SheetEntry {
    name: String,
    part: String,
    is_hidden: bool,
}

/// Sheets of a workbook that are listed in an error.
const N_SHEETS_LISTED: usize = 20;

impl Workbook {
    /// The part of a sheet by its name, or of the first visible one.
    pub(super) fn part_of(&self, name: Option<&str>) -> io::Result<&str> {
        let found = match name {
            Some(name) => self.sheets.iter().find(|sheet| sheet.name == name),
            None => self.sheets.iter().find(|sheet| !sheet.is_hidden).or(self.sheets.first()),
        };
        found.map(|sheet| sheet.part.as_str()).ok_or_else(|| {
            let names: Vec<&str> = self.sheets.iter().take(N_SHEETS_LISTED).map(|sheet| sheet.name.as_str()).collect();
            let name = name.unwrap_or_default();
            io::Error::other(format!("no sheet '{name}'; the workbook has: {}", names.join(", ")))
        })
    }
}

/// Reads the workbook part and what it refers to.
pub(super) fn read<R: Read + Seek>(package: &mut Package<R>) -> io::Result<Workbook> {
    let root = relations(package, "_rels/.rels", "")?;
    let main = root.values().find(|relation| relation.kind == "officeDocument");
    let main = main.map_or("xl/workbook.xml", |relation| relation.part.as_str());
    let (folder, file) = main.rsplit_once('/').unwrap_or(("", main));
    let relations = relations(package, &format!("{folder}/_rels/{file}.rels"), folder)?;
    let missing = || io::Error::other("this zip file holds no workbook; save it as .xlsx");
    let mut xml = Xml::new(package.part(main, N_SMALL_PART_BYTES_MAX)?.ok_or_else(missing)?);
    let part_of_kind = |kind: &str| relations.values().find(|known| known.kind == kind).map(|known| known.part.clone());
    let (styles, strings) = (part_of_kind("styles"), part_of_kind("sharedStrings"));
    let mut book = Workbook { sheets: Vec::new(), styles, strings, epoch: Epoch::Of1900 };
    loop {
        match xml.next()? {
            Event::Start(tag) | Event::Empty(tag) => match tag.local_name().as_ref() {
                "workbookPr" if matches!(attribute(&tag, "date1904").as_deref(), Some("1" | "true")) => {
                    book.epoch = Epoch::Of1904;
                }
                "sheet" => {
                    let relation = attribute(&tag, "id").and_then(|id| relations.get(&id));
                    // A sheet of charts has no rows.
                    if let Some(relation) = relation.filter(|relation| relation.kind == "worksheet") {
                        let is_hidden = attribute(&tag, "state").is_some_and(|state| state != "visible");
                        let (name, part) = (attribute(&tag, "name").unwrap_or_default(), relation.part.clone());
                        book.sheets.push(SheetEntry { name, part, is_hidden });
                    }
                }
                _ => {}
            },
            Event::Eof => break,
            _ => {}
        }
    }
    if book.sheets.is_empty() { Err(damaged("it has no sheet")) } else { Ok(book) }
}

struct Relation {
    /// The last word of its type.
    kind: String,
    part: String,
}

/// Reads a list of relations to other parts.
fn relations<R: Read + Seek>(
    package: &mut Package<R>,
    part: &str,
    folder: &str,
) -> io::Result<BTreeMap<String, Relation>> {
    let mut relations = BTreeMap::new();
    let Some(part) = package.part(part.trim_start_matches('/'), N_SMALL_PART_BYTES_MAX)? else { return Ok(relations) };
    let mut xml = Xml::new(part);
    loop {
        match xml.next()? {
            Event::Start(tag) | Event::Empty(tag) if tag.local_name().as_ref() == "Relationship" => {
                let text = |name: &str| attribute(&tag, name).unwrap_or_default();
                let kind = text("Type").rsplit('/').next().unwrap_or_default().to_string();
                relations.insert(text("Id"), Relation { kind, part: resolved(folder, &text("Target")) });
            }
            Event::Eof => return Ok(relations),
            _ => {}
        }
    }
}

/// The name of a part that another one refers to.
fn resolved(folder: &str, target: &str) -> String {
    if let Some(absolute) = target.strip_prefix('/') {
        return absolute.to_string();
    }
    let mut steps: Vec<&str> = folder.split('/').filter(|step| !step.is_empty()).collect();
    for step in target.split('/') {
        match step {
            ".." => drop(steps.pop()),
            "." | "" => {}
            step => steps.push(step),
        }
    }
    steps.join("/")
}

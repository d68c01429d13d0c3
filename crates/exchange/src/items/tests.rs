use super::*;
use std::io::{Cursor, Write as _};
use zip::{ZipWriter, write::SimpleFileOptions};

fn read(file: &str, bytes: &[u8]) -> Result<Vec<ProposedRow>> {
    let sheet = read_sheet(file, bytes)?;
    read_items(file, &sheet, &Columns::find(file, &sheet)?)
}

fn wrong(file: &str, bytes: &[u8]) -> Vec<(String, String)> {
    match read(file, bytes) {
        Err(Error::Invalid(found)) => found.into_iter().map(|one| (one.field, one.rule)).collect(),
        other => panic!("{other:?}"),
    }
}

/// A workbook with these rows in its one sheet, as bytes.
fn workbook(rows: &[&[&str]], extra: &[(&str, &[u8])]) -> Vec<u8> {
    let cells = |cells: &[&str]| {
        cells
            .iter()
            .map(|cell| format!("<c t=\"inlineStr\"><is><t>{cell}</t></is></c>"))
            .collect::<Vec<_>>()
            .concat()
    };
    let row = |(at, row): (usize, &&[&str])| format!("<row r=\"{at}\">{}</row>", cells(row));
    let rows = (1..).zip(rows).map(row).collect::<Vec<_>>().concat();
    let main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
    let rel = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
    let sheet = format!("<worksheet xmlns=\"{main}\"><sheetData>{rows}</sheetData></worksheet>");
    let book = format!(
        "<workbook xmlns=\"{main}\" xmlns:r=\"{rel}\"><sheets><sheet name=\"Items\" sheetId=\"1\" r:id=\"r1\"/></sheets></workbook>"
    );
    let rels = format!(
        "<Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\"><Relationship Id=\"r1\" Type=\"{rel}/worksheet\" Target=\"worksheets/sheet1.xml\"/></Relationships>"
    );
    let root = format!(
        "<Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\"><Relationship Id=\"r1\" Type=\"{rel}/officeDocument\" Target=\"xl/workbook.xml\"/></Relationships>"
    );
    let mut zip = ZipWriter::new(Cursor::new(vec![]));
    let parts: [(&str, &[u8]); 4] = [
        ("_rels/.rels", root.as_bytes()),
        ("xl/workbook.xml", book.as_bytes()),
        ("xl/_rels/workbook.xml.rels", rels.as_bytes()),
        ("xl/worksheets/sheet1.xml", sheet.as_bytes()),
    ];
    for (name, bytes) in parts.iter().chain(extra) {
        zip.start_file(*name, SimpleFileOptions::default()).unwrap();
        zip.write_all(bytes).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

#[test]
fn a_filled_in_template_is_read_whole() {
    let csv = format!(
        "{}\n\"Waits, 4 h\",Share seen in time,,\"seen, 4 h\",attended,,%,all,age band; sex,provider,month,,,A and E,M\n,,births-at-home,,,,,,,,,,,,\n",
        TEMPLATE.join(",")
    );
    let items = read("items.csv", csv.as_bytes()).unwrap();
    let [waits, births] = items.as_slice() else { panic!("{items:?}") };
    assert_eq!((waits.row, waits.label.as_str(), waits.mandation.as_str()), (2, "Waits, 4 h", "M"));
    assert_eq!(waits.proposed.kind, DefinitionKind::Metric);
    assert_eq!(waits.proposed.breakdowns, ["age band", "sex"]);
    assert_eq!((births.row, births.registered.as_ref().unwrap().as_str()), (3, "births-at-home"));
}

#[test]
fn headings_of_others_below_a_letter_s_head_are_found() {
    let csv = "\u{feff}Return of activity 2026\n\nSection;Data Item *;Data_Item_Description;National codes\nBeds;Beds open;Beds that are open;1 = Yes; 2 = No\n";
    let items = read("return.csv", csv.as_bytes()).unwrap();
    assert_eq!((items[0].row, items[0].label.as_str(), items[0].section.as_str()), (4, "Beds open", "Beds"));
    assert_eq!(items[0].proposed.text, "Beds that are open");
    let list = read("list.csv", b"Beds open\nBeds closed\n").unwrap();
    assert_eq!(list.iter().map(|item| item.label.as_str()).collect::<Vec<_>>(), ["Beds open", "Beds closed"]);
}

#[test]
fn what_is_pasted_is_a_table_or_a_list() {
    let names = |text: &str| {
        let (_, rows) = read_pasted("pasted", text).unwrap();
        rows.into_iter().map(|row| row.label).collect::<Vec<_>>()
    };
    assert_eq!(names("Waits, over 4 hours\n\nBeds open\n"), ["Waits, over 4 hours", "Beds open"]);
    assert_eq!(names("Data item\tDescription\nBeds open\tBeds that are open\n"), ["Beds open"]);
}

#[test]
fn a_workbook_says_the_same_as_its_csv() {
    let rows: &[&[&str]] = &[&["name", "description"], &["Beds open", "Beds, that are open"]];
    let book = read("items.xlsx", &workbook(rows, &[])).unwrap();
    assert_eq!(book, read("items.csv", b"name,description\nBeds open,\"Beds, that are open\"\n").unwrap());
}

#[test]
fn all_that_is_wrong_is_said_by_row_and_column() {
    let long = "x".repeat(LONGEST + 1);
    let csv = format!("name,description,definition\n,nameless,\nA,{long},\nB,,Not a key!\n");
    let expected = [("items.csv:2:name", "REQUIRED"), ("items.csv:3:description", "LENGTH")];
    let found = wrong("items.csv", csv.as_bytes());
    assert_eq!(found[..2], expected.map(|(field, rule)| (field.to_owned(), rule.to_owned())));
    assert_eq!((found.len(), found[2].0.as_str()), (3, "items.csv:4:definition"));
}

#[test]
fn hostile_files_are_refused_by_name() {
    let rule = |file: &str, bytes: &[u8]| wrong(file, bytes)[0].1.clone();
    assert_eq!(rule("items.csv", &vec![b'x'; sheet::MOST_BYTES + 1]), "SIZE");
    assert_eq!(rule("items.xlsm", b"PK"), "FORMAT");
    assert_eq!(rule("items.csv", b"PK\x03\x04"), "FORMAT");
    assert_eq!(rule("items.xlsx", b"no archive"), "XLSX");
    assert_eq!(rule("items.csv", b"\xff\xfen\0"), "ENCODING");
    assert_eq!(rule("items.csv", b"name\nB\xe9b\xe9"), "ENCODING");
    assert_eq!(rule("items.csv", b"name\na\0b"), "ENCODING");
    assert_eq!(rule("items.csv", b"one,two\n1,2\n"), "HEADINGS");
    assert_eq!(rule("items.csv", b"name\n\n"), "REQUIRED");
    assert_eq!(rule("items.csv", b""), "REQUIRED");
    let rows: &[&[&str]] = &[&["name"], &["Beds"]];
    assert_eq!(rule("items.xlsx", &workbook(rows, &[("xl/vbaProject.bin", b"Sub")])), "MACROS");
    let bomb = vec![0_u8; 201 << 20];
    assert_eq!(rule("items.xlsx", &workbook(rows, &[("xl/media/huge.png", &bomb)])), "SIZE");
    let many = format!("name\n{}", "Beds\n".repeat(MOST_ITEMS + 1));
    assert_eq!(rule("items.csv", many.as_bytes()), "COUNT");
    let wide = format!("name{}\n", ",".repeat(300));
    assert_eq!(rule("items.csv", wide.as_bytes()), "SIZE");
}

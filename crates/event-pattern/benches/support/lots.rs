//! Events of 802 bytes: parcels of land, with names in front and coordinates behind, and five rules
//! for each operator.

use fastrand::Rng;

use super::Workload;

const STREETS: [&str; 16] = [
    "FULTON",
    "MISSION",
    "VAN NESS",
    "CHESTNUT",
    "HYDE",
    "BEACH",
    "JEFFERSON",
    "ACTON",
    "BLAKE",
    "DRUMM",
    "RHODE ISLAND",
    "LOMBARD",
    "KEARNY",
    "SANSOME",
    "UNION",
    "DIVISADERO",
];
/// The size of an event.
pub(crate) const BYTES: usize = 802;

const RULES: [(&str, [&str; 5]); 8] = [
    (
        "exact",
        [
            r#"{"properties":{"MAPBLKLOT":["1430022"]}}"#,
            r#"{"properties":{"MAPBLKLOT":["2607117"]}}"#,
            r#"{"properties":{"STREET":["FULTON"]}}"#,
            r#"{"properties":{"BLOCK_NUM":["3703"]}}"#,
            r#"{"properties":{"LOT_NUM":["218"],"STREET":["HYDE"]}}"#,
        ],
    ),
    (
        "prefix",
        [
            r#"{"properties":{"STREET":[{"prefix":"AC"}]}}"#,
            r#"{"properties":{"STREET":[{"prefix":"BL"}]}}"#,
            r#"{"properties":{"STREET":[{"prefix":"DR"}]}}"#,
            r#"{"properties":{"STREET":[{"prefix":"FU"}]}}"#,
            r#"{"properties":{"STREET":[{"prefix":"RH"}]}}"#,
        ],
    ),
    (
        "suffix",
        [
            r#"{"properties":{"STREET":[{"suffix":"ON"}]}}"#,
            r#"{"properties":{"STREET":[{"suffix":"KE"}]}}"#,
            r#"{"properties":{"STREET":[{"suffix":"MM"}]}}"#,
            r#"{"properties":{"STREET":[{"suffix":"ARD"}]}}"#,
            r#"{"properties":{"STREET":[{"suffix":"ND"}]}}"#,
        ],
    ),
    (
        "equals-ignore-case",
        [
            r#"{"properties":{"STREET":[{"equals-ignore-case":"jefferson"}]}}"#,
            r#"{"properties":{"STREET":[{"equals-ignore-case":"bEaCh"}]}}"#,
            r#"{"properties":{"STREET":[{"equals-ignore-case":"HyDe"}]}}"#,
            r#"{"properties":{"STREET":[{"equals-ignore-case":"chestnut"}]}}"#,
            r#"{"properties":{"ODD_EVEN":[{"equals-ignore-case":"o"}]}}"#,
        ],
    ),
    (
        "wildcard",
        [
            r#"{"properties":{"MAPBLKLOT":[{"wildcard":"143*"}]}}"#,
            r#"{"properties":{"MAPBLKLOT":[{"wildcard":"2*0*1*7"}]}}"#,
            r#"{"properties":{"MAPBLKLOT":[{"wildcard":"*218"}]}}"#,
            r#"{"properties":{"MAPBLKLOT":[{"wildcard":"3*5*2"}]}}"#,
            r#"{"properties":{"STREET":[{"wildcard":"VAN*NESS"}]}}"#,
        ],
    ),
    (
        "numeric",
        [
            r#"{"geometry":{"coordinates":{"x":[{"numeric":["=",-122.4291636]}]}}}"#,
            r#"{"geometry":{"coordinates":{"x":[{"numeric":["<",-122.5195]}]}}}"#,
            r#"{"geometry":{"coordinates":{"y":[{"numeric":[">",37.8195]}]}}}"#,
            r#"{"geometry":{"coordinates":{"y":[{"numeric":[">=",37.7,"<",37.7002]}]}}}"#,
            r#"{"geometry":{"coordinates":{"z":[{"numeric":["=",0]}]}}}"#,
        ],
    ),
    (
        "anything-but",
        [
            r#"{"properties":{"STREET":[{"anything-but":["FULTON"]}]}}"#,
            r#"{"properties":{"STREET":[{"anything-but":["MISSION","HYDE"]}]}}"#,
            r#"{"properties":{"ST_TYPE":[{"anything-but":["ST"]}]}}"#,
            r#"{"geometry":{"type":[{"anything-but":["Polygon"]}]}}"#,
            r#"{"properties":{"FROM_ST":[{"anything-but":["441","600"]}]}}"#,
        ],
    ),
    (
        "arrays",
        [
            r#"{"geometry":{"type":["Polygon"],"coordinates":{"z":[0]}}}"#,
            r#"{"geometry":{"coordinates":{"x":[{"numeric":["<",-122.5]}],"y":[{"numeric":[">",37.8]}]}}}"#,
            r#"{"geometry":{"coordinates":{"x":[-122.4291636],"z":[0]}}}"#,
            r#"{"properties":{"STREET":["HYDE"]},"geometry":{"coordinates":{"z":[1]}}}"#,
            r#"{"geometry":{"type":["Point"],"coordinates":{"y":[37.8]}}}"#,
        ],
    ),
];

/// One workload for each operator, over the same thousand events.
pub(crate) fn workloads() -> impl Iterator<Item = Workload> {
    let mut rng = Rng::with_seed(3);
    let events: Vec<String> = (0..1_000).map(|_| event(&mut rng)).collect();
    RULES.into_iter().map(move |(name, rules)| Workload {
        name: name.to_owned(),
        events: events.clone(),
        rules: rules.map(str::to_owned).to_vec(),
    })
}

/// With a rule for the last field of every event, so that no engine can stop before.
pub(crate) fn with_last_field(mut workload: Workload) -> Workload {
    workload.rules.push(r#"{"note":["none"]}"#.to_owned());
    workload
}

fn event(rng: &mut Rng) -> String {
    let (block, lot) = (rng.u16(..4_000), rng.u16(..300));
    let street = STREETS[rng.usize(..STREETS.len())];
    let kind = ["\"ST\"", "\"AVE\"", "null"][rng.usize(..3)];
    let side = ["E", "O"][rng.usize(..2)];
    let number = rng.u16(..2_000);
    let points: Vec<String> = (0..7).map(|_| point(rng)).collect();
    let event = format!(
        r#"{{"type":"Feature","properties":{{"MAPBLKLOT":"{block:04}{lot:03}","BLKLOT":"{block:04}{lot:03}","BLOCK_NUM":"{block:04}","LOT_NUM":"{lot:03}","FROM_ST":"{number}","TO_ST":"{number}","STREET":"{street}","ST_TYPE":{kind},"ODD_EVEN":"{side}"}},"geometry":{{"type":"Polygon","coordinates":[[{}]]}}"#,
        points.join(",")
    );
    let note = r#","note":"""#.len() + 1;
    let filler = "parcel ".repeat(BYTES / 7);
    let filler = &filler[..BYTES.saturating_sub(event.len() + note)];
    format!(r#"{event},"note":"{filler}"}}"#)
}

fn point(rng: &mut Rng) -> String {
    let (x, y) = (-122.32 - rng.f64() * 0.2, 37.7 + rng.f64() * 0.12);
    format!(r#"{{"x":{x},"y":{y},"z":{}}}"#, ["0.0", "1.0"][usize::from(rng.u8(..20) == 0)])
}

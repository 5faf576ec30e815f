//! `[forward]`: the home stack's region, and the regions that forward to it.

use aws_facts::regions;
use aws_facts::regions::{is_region, partition};

use crate::table::{Report, Span, Table, Text};

/// Which regions forward to which.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Forwarding {
    /// The home stack's region.
    pub home: String,
    /// The other regions.
    pub regions: Vec<String>,
}

impl Forwarding {
    /// All regions whose events the home stack gets.
    pub fn seen(&self) -> Vec<&str> {
        std::iter::once(&self.home).chain(&self.regions).map(String::as_str).collect()
    }
}

/// The settings, with the places of the regions.
#[derive(Clone, Debug)]
pub(crate) struct PlacedForward {
    pub(crate) forwarding: Forwarding,
    /// Of each region, the home first.
    pub(crate) places: Vec<(String, Span)>,
}

/// The settings; what is wrong is reported, and then there are none.
pub(crate) fn forward(table: Table<'_>) -> Option<PlacedForward> {
    let table = table.table("forward")?;
    let home = table.string("home").filter(|home| check_form(table.report, home));
    let regions = table.strings("regions")?;
    let mut sound = true;
    for region in &regions {
        sound &= check_form(table.report, region);
    }
    let home = home.filter(|_| sound)?;
    for region in &regions {
        if region.value == home.value {
            let help = "the home stack sees its own region without forwarding: delete the entry";
            table.report.invalid_value(
                region.span.clone(),
                format!("`{}` forwards to itself", region.value),
                help,
            );
            sound = false;
        } else if partition(region.value) != partition(home.value) {
            let message = format!("`{}` cannot forward to `{}`", region.value, home.value);
            let help = format!(
                "{} is in the partition {}, {} in {}: events do not cross partitions; deploy a home stack there",
                region.value,
                partition(region.value),
                home.value,
                partition(home.value)
            );
            table.report.invalid_value(region.span.clone(), message, help);
            sound = false;
        }
    }
    let places =
        std::iter::once(&home).chain(&regions).map(|text| (text.value.to_owned(), text.span.clone()));
    sound.then(|| PlacedForward {
        places: places.collect(),
        forwarding: Forwarding {
            home: home.value.to_owned(),
            regions: regions.iter().map(|region| region.value.to_owned()).collect(),
        },
    })
}

fn check_form(report: &Report, region: &Text<'_>) -> bool {
    let sound = is_region(region.value);
    if !sound {
        let message = format!("`{}` is not a region", region.value);
        let help = "write it like `eu-west-1`";
        report.unknown_value(region.span.clone(), region.value, regions::known(), message, help);
    }
    sound
}

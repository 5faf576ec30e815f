//! One module for each lint with code of its own, and the table of them. A test fails when a file is not in it.

#![allow(
    clippy::needless_raw_strings,
    clippy::needless_raw_string_hashes,
    reason = "examples are TOML, which has quotes and escapes; one form for all of them"
)]

use super::Row;

mod advice_after_failure;
mod anything_but_missing;
mod arn_for_name;
mod attempt_never;
mod broad_pattern;
mod cancelled_condition;
mod claims_success;
mod data_event;
mod duplicate_watcher;
mod forgeable;
mod global_event;
mod group_of_one;
mod hidden_override;
mod hidden_route;
mod hidden_variable;
mod ignore_expired;
mod ignore_never;
mod impossible_pattern;
mod impossible_value;
mod incomplete_set;
mod listed_numbers;
mod literal_star;
mod markup_in_text;
mod no_match_test;
mod no_negative_test;
mod opt_in_region;
mod overlapping_watchers;
mod partner_bus;
mod path_into_text;
mod path_through_list;
mod read_only_event;
mod redundant_condition;
mod repeated_key;
mod response_of_failed_call;
mod sign_in_region;
mod silencing_ignore;
mod slow_path;
mod source_mismatch;
mod too_long_message;
mod two_names;
mod two_shapes;
mod unknown_event_field;
mod unknown_event_name;
mod unknown_event_source;
mod unknown_native_event;
mod unknown_parameter;
mod unknown_region;
mod unnamed_read_only_event;
mod unseen_region;
mod unused_field;
mod wrong_case_parameter;
mod wrong_detail_type;
mod wrong_value_type;

/// The table of the modules.
macro_rules! table {
    ($($lint:ident)*) => {
        pub(super) static TABLE: &[Row] = &[$(Row { lint: &$lint::LINT, check: $lint::CHECK }),*];
    };
}

table! {
    advice_after_failure
    anything_but_missing
    arn_for_name
    attempt_never
    broad_pattern
    cancelled_condition
    claims_success
    data_event
    duplicate_watcher
    forgeable
    global_event
    group_of_one
    hidden_override
    hidden_route
    hidden_variable
    ignore_expired
    ignore_never
    impossible_pattern
    impossible_value
    incomplete_set
    listed_numbers
    literal_star
    markup_in_text
    no_match_test
    no_negative_test
    opt_in_region
    overlapping_watchers
    partner_bus
    path_into_text
    path_through_list
    read_only_event
    redundant_condition
    repeated_key
    response_of_failed_call
    sign_in_region
    silencing_ignore
    slow_path
    source_mismatch
    too_long_message
    two_names
    two_shapes
    unknown_event_field
    unknown_event_name
    unknown_event_source
    unknown_native_event
    unknown_parameter
    unknown_region
    unnamed_read_only_event
    unseen_region
    unused_field
    wrong_case_parameter
    wrong_detail_type
    wrong_value_type
}

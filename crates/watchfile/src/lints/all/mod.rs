//! One module for each lint, and the table of them. A test fails when a file is not in it.

#![allow(
    clippy::needless_raw_strings,
    clippy::needless_raw_string_hashes,
    reason = "examples are TOML, which has quotes and escapes; one form for all of them"
)]

use super::Lint;

mod allow_without_reason;
mod anything_but_missing;
mod broad_pattern;
mod cancelled_condition;
mod claims_success;
mod data_event;
mod duplicate_watcher;
mod forgeable;
mod global_event;
mod group_of_one;
mod hidden_variable;
mod ignore_expired;
mod ignore_never;
mod ignore_without_reason;
mod impossible_pattern;
mod invalid_path;
mod invalid_pattern;
mod invalid_template;
mod invalid_toml;
mod invalid_value;
mod misplaced_key;
mod missing_key;
mod missing_test_event;
mod name_not_kebab_case;
mod no_match_test;
mod no_negative_test;
mod not_a_watcher;
mod read_only_event;
mod response_of_failed_call;
mod rule_budget;
mod secret_in_file;
mod secret_out_of_reach;
mod sign_in_region;
mod slow_path;
mod source_mismatch;
mod too_long_message;
mod two_names;
mod two_shapes;
mod unknown_channel;
mod unknown_event_field;
mod unknown_event_name;
mod unknown_event_source;
mod unknown_key;
mod unknown_native_event;
mod unknown_parameter;
mod unknown_topic_variable;
mod unknown_variable;
mod unnamed_read_only_event;
mod unreadable_file;
mod unused_allow;
mod unused_field;
mod wrong_case_parameter;
mod wrong_detail_type;

/// Errors, then warnings, then notes, each sorted by name.
pub(super) static TABLE: &[&Lint] = &[
    &allow_without_reason::LINT,
    &duplicate_watcher::LINT,
    &group_of_one::LINT,
    &ignore_without_reason::LINT,
    &impossible_pattern::LINT,
    &invalid_path::LINT,
    &invalid_pattern::LINT,
    &invalid_template::LINT,
    &invalid_toml::LINT,
    &invalid_value::LINT,
    &misplaced_key::LINT,
    &missing_key::LINT,
    &missing_test_event::LINT,
    &name_not_kebab_case::LINT,
    &not_a_watcher::LINT,
    &rule_budget::LINT,
    &secret_in_file::LINT,
    &secret_out_of_reach::LINT,
    &source_mismatch::LINT,
    &unknown_channel::LINT,
    &unknown_event_field::LINT,
    &unknown_event_name::LINT,
    &unknown_event_source::LINT,
    &unknown_key::LINT,
    &unknown_topic_variable::LINT,
    &unknown_variable::LINT,
    &unnamed_read_only_event::LINT,
    &unreadable_file::LINT,
    &wrong_detail_type::LINT,
    &anything_but_missing::LINT,
    &broad_pattern::LINT,
    &cancelled_condition::LINT,
    &claims_success::LINT,
    &forgeable::LINT,
    &hidden_variable::LINT,
    &ignore_expired::LINT,
    &ignore_never::LINT,
    &no_match_test::LINT,
    &no_negative_test::LINT,
    &response_of_failed_call::LINT,
    &slow_path::LINT,
    &too_long_message::LINT,
    &two_names::LINT,
    &two_shapes::LINT,
    &unknown_native_event::LINT,
    &unknown_parameter::LINT,
    &unused_allow::LINT,
    &unused_field::LINT,
    &wrong_case_parameter::LINT,
    &data_event::LINT,
    &global_event::LINT,
    &read_only_event::LINT,
    &sign_in_region::LINT,
];

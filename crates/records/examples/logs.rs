//! Logs for the benchmark of `watcher backtest`, as an organization's trail leaves them: mostly read-only calls, records of
//! 1 to 4 kB, files of a few kB to a few MB. The same seed makes the same logs.
//!
//! `logs generate FOLDER MEGABYTES [SEED]` writes so much, unpacked; `logs one FOLDER MEGABYTES` writes it into one file;
//! `logs gunzip FOLDER` unpacks all files on each processor and does nothing else, which is what reading them costs at
//! least.

#![allow(clippy::unwrap_used, clippy::print_stdout, reason = "a benchmark may panic, and speaks")]

use std::fmt::Write as _;
use std::fs::{self, File};
use std::io::{BufReader, Read, Write};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::time::Instant;
use std::{env, thread};

use flate2::Compression;
use flate2::bufread::MultiGzDecoder;
use flate2::write::GzEncoder;

/// Calls by how often they come in ten thousand, with what belongs to each: request and response.
const CALLS: [(u32, &str, &str, &str, bool, &str, &str); 22] = [
    (
        1400,
        "sts",
        "AssumeRole",
        "2011-06-15",
        true,
        r#"{"roleArn":"arn:aws:iam::ACCOUNT:role/ROLE","roleSessionName":"SESSION","durationSeconds":3600,"externalId":"UUID"}"#,
        r#"{"credentials":{"accessKeyId":"ASIAEXAMPLEEXAMPLE00","sessionToken":"TOKEN","expiration":"Jan 12, 2026, 9:30:00 AM"},"assumedRoleUser":{"assumedRoleId":"AROAEXAMPLE:SESSION","arn":"arn:aws:sts::ACCOUNT:assumed-role/ROLE/SESSION"}}"#,
    ),
    (
        1300,
        "kms",
        "Decrypt",
        "2014-11-01",
        true,
        r#"{"encryptionContext":{"aws:s3:arn":"arn:aws:s3:::data-ACCOUNT/UUID"},"encryptionAlgorithm":"SYMMETRIC_DEFAULT"}"#,
        "null",
    ),
    (
        900,
        "kms",
        "GenerateDataKey",
        "2014-11-01",
        true,
        r#"{"keySpec":"AES_256","encryptionContext":{"aws:s3:arn":"arn:aws:s3:::data-ACCOUNT"},"keyId":"arn:aws:kms:REGION:ACCOUNT:key/UUID"}"#,
        "null",
    ),
    (
        900,
        "ec2",
        "DescribeInstances",
        "2016-11-15",
        true,
        r#"{"maxResults":1000,"instancesSet":{},"filterSet":{"items":[{"name":"tag:Name","valueSet":{"items":[{"value":"SESSION"}]}}]}}"#,
        "null",
    ),
    (
        600,
        "ec2",
        "DescribeNetworkInterfaces",
        "2016-11-15",
        true,
        r#"{"networkInterfaceIdSet":{},"filterSet":{"items":[{"name":"vpc-id","valueSet":{"items":[{"value":"vpc-0123456789abcdef0"}]}}]}}"#,
        "null",
    ),
    (
        500,
        "s3",
        "GetBucketAcl",
        "2006-03-01",
        true,
        r#"{"bucketName":"data-ACCOUNT","Host":"s3.REGION.amazonaws.com","acl":""}"#,
        "null",
    ),
    (400, "s3", "ListBuckets", "2006-03-01", true, r#"{"Host":"s3.REGION.amazonaws.com"}"#, "null"),
    (
        500,
        "logs",
        "DescribeLogStreams",
        "2014-03-28",
        true,
        r#"{"logGroupName":"/aws/lambda/SESSION","orderBy":"LastEventTime","descending":true,"limit":50}"#,
        "null",
    ),
    (400, "monitoring", "DescribeAlarms", "2010-08-01", true, r#"{"alarmNamePrefix":"SESSION"}"#, "null"),
    (
        350,
        "autoscaling",
        "DescribeAutoScalingGroups",
        "2011-01-01",
        true,
        r#"{"autoScalingGroupNames":["SESSION"],"maxRecords":100}"#,
        "null",
    ),
    (350, "iam", "ListRolePolicies", "2010-05-08", true, r#"{"roleName":"ROLE","maxItems":1000}"#, "null"),
    (300, "iam", "GetRole", "2010-05-08", true, r#"{"roleName":"ROLE"}"#, "null"),
    (
        300,
        "lambda",
        "GetFunction20150331v2",
        "2015-03-31",
        true,
        r#"{"functionName":"arn:aws:lambda:REGION:ACCOUNT:function:SESSION"}"#,
        "null",
    ),
    (
        250,
        "ssm",
        "GetParameter",
        "2014-11-06",
        true,
        r#"{"name":"/SESSION/UUID","withDecryption":true}"#,
        "null",
    ),
    (
        200,
        "ecr",
        "BatchGetImage",
        "2015-09-21",
        true,
        r#"{"registryId":"ACCOUNT","repositoryName":"SESSION","imageIds":[{"imageTag":"latest"}],"acceptedMediaTypes":["application/vnd.docker.distribution.manifest.v2+json"]}"#,
        "null",
    ),
    (
        600,
        "ssm",
        "UpdateInstanceInformation",
        "2014-11-06",
        false,
        r#"{"instanceId":"i-0123456789abcdef0","agentVersion":"3.3.1611.0","agentStatus":"Active","platformType":"Linux","platformName":"Amazon Linux","platformVersion":"2023","iPAddress":"10.0.1.10","computerName":"ip-10-0-1-10.REGION.compute.internal","agentName":"amazon-ssm-agent","availabilityZone":"REGIONa","availabilityZoneId":"euw1-az1"}"#,
        "null",
    ),
    (
        350,
        "logs",
        "CreateLogStream",
        "2014-03-28",
        false,
        r#"{"logGroupName":"/aws/lambda/SESSION","logStreamName":"2026/01/12/[$LATEST]UUID"}"#,
        "null",
    ),
    (
        150,
        "ec2",
        "CreateNetworkInterface",
        "2016-11-15",
        false,
        r#"{"subnetId":"subnet-0123456789abcdef0","groupSet":{"items":[{"groupId":"sg-0123456789abcdef0"}]},"description":"AWS Lambda VPC ENI-SESSION-UUID"}"#,
        r#"{"requestId":"UUID","networkInterface":{"networkInterfaceId":"eni-0123456789abcdef0","subnetId":"subnet-0123456789abcdef0","vpcId":"vpc-0123456789abcdef0","availabilityZone":"REGIONa","description":"AWS Lambda VPC ENI-SESSION-UUID","ownerId":"ACCOUNT","requesterId":"AROAEXAMPLE:SESSION","requesterManaged":false,"status":"pending","macAddress":"06:00:5e:00:53:01","privateIpAddress":"10.0.1.11"}}"#,
    ),
    (
        150,
        "ecs",
        "RegisterContainerInstance",
        "2014-11-13",
        false,
        r#"{"cluster":"SESSION","instanceIdentityDocumentSignature":"TOKEN"}"#,
        "null",
    ),
    (
        60,
        "ec2",
        "RunInstances",
        "2016-11-15",
        false,
        r#"{"instancesSet":{"items":[{"imageId":"ami-0123456789abcdef0","minCount":1,"maxCount":1}]},"instanceType":"t3.micro","monitoring":{"enabled":false}}"#,
        r#"{"requestId":"UUID","reservationId":"r-0123456789abcdef0","ownerId":"ACCOUNT","instancesSet":{"items":[{"instanceId":"i-0123456789abcdef0","imageId":"ami-0123456789abcdef0","instanceState":{"code":0,"name":"pending"},"instanceType":"t3.micro"}]}}"#,
    ),
    (
        35,
        "s3",
        "PutObjectAcl",
        "2006-03-01",
        false,
        r#"{"bucketName":"data-ACCOUNT","key":"UUID","Host":"s3.REGION.amazonaws.com"}"#,
        "null",
    ),
    (
        5,
        "iam",
        "CreateAccessKey",
        "2010-05-08",
        false,
        r#"{"userName":"SESSION"}"#,
        r#"{"accessKey":{"userName":"SESSION","accessKeyId":"AKIAIOSFODNN7EXAMPLE","status":"Active","createDate":"Jan 12, 2026, 8:30:00 AM"}}"#,
    ),
];

const ACCOUNTS: [&str; 3] = ["111122223333", "123456789012", "444455556666"];
const REGIONS: [&str; 4] = ["eu-west-1", "eu-central-1", "us-east-1", "us-west-2"];
const AGENTS: [&str; 5] = [
    "aws-sdk-go-v2/1.41.0 ua/2.1 os/linux lang/go#1.25.5 md/GOOS#linux md/GOARCH#arm64 api/sts#1.41.5",
    "APN/1.0 HashiCorp/1.0 Terraform/1.14.3 (+https://www.terraform.io) terraform-provider-aws/6.27.0 (+https://registry.terraform.io/providers/hashicorp/aws)",
    "Boto3/1.42.25 md/Botocore#1.42.25 ua/2.1 os/linux#6.1.158 md/arch#x86_64 lang/python#3.13.11 md/pyimpl#CPython cfg/retry-mode#standard",
    "aws-cli/2.32.30 md/awscrt#0.29.2 ua/2.1 os/macos#25.2.0 md/arch#arm64 lang/python#3.13.11 md/command#ec2.describe-instances",
    "ssm.amazonaws.com",
];

/// xorshift: good enough, and the same everywhere.
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0.wrapping_mul(0x2545_f491_4f6c_dd1d)
    }

    fn below(&mut self, end: u64) -> u64 {
        (self.next() >> 33) % end
    }

    fn of<T: Copy>(&mut self, all: &[T]) -> T {
        all[usize::try_from(self.below(all.len() as u64)).unwrap()]
    }

    fn uuid(&mut self) -> String {
        let (a, b) = (self.next(), self.next());
        format!(
            "{:08x}-{:04x}-4{:03x}-8{:03x}-{:012x}",
            a >> 32,
            a >> 16 & 0xffff,
            a & 0xfff,
            b >> 52,
            b & 0xffff_ffff_ffff
        )
    }

    /// What looks like a token, of which CloudTrail keeps the whole.
    fn token(&mut self) -> String {
        let letters = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
        (0..200).map(|_| char::from(self.of(letters))).collect()
    }
}

/// Appends a record.
fn record(random: &mut Random, account: &str, region: &str, day: u64, into: &mut String) {
    let mut at = u32::try_from(random.below(10_000)).unwrap();
    let call = CALLS.iter().find(|(weight, ..)| {
        let found = at < *weight;
        at = at.saturating_sub(*weight);
        found
    });
    let (_, service, name, version, read_only, request, response) = call.unwrap_or(&CALLS[0]);
    let role = format!("service-role-{}", random.below(40));
    let session = format!("session-{}", random.below(400));
    let key = format!("ASIAEXAMPLE{:09}", random.below(2_000));
    let (hour, minute, second) = (random.below(24), random.below(60), random.below(60));
    let time = format!("2026-01-{:02}T{hour:02}:{minute:02}:{second:02}Z", day + 1);
    let fill = |text: &str, random: &mut Random| {
        let mut text = text
            .replace("ACCOUNT", account)
            .replace("REGION", region)
            .replace("ROLE", &role)
            .replace("SESSION", &session);
        while let Some(at) = text.find("UUID") {
            text.replace_range(at..at + 4, &random.uuid());
        }
        if text.contains("TOKEN") { text.replace("TOKEN", &random.token()) } else { text }
    };
    let (request, response) = (fill(request, random), fill(response, random));
    let ip = format!("203.0.113.{}", random.below(250));
    let agent = random.of(&AGENTS);
    let (request_id, event_id) = (random.uuid(), random.uuid());
    write!(
        into,
        r#"{{"eventVersion":"1.11","userIdentity":{{"type":"AssumedRole","principalId":"AROAEXAMPLE:{session}","arn":"arn:aws:sts::{account}:assumed-role/{role}/{session}","accountId":"{account}","accessKeyId":"{key}","sessionContext":{{"sessionIssuer":{{"type":"Role","principalId":"AROAEXAMPLE","arn":"arn:aws:iam::{account}:role/{role}","accountId":"{account}","userName":"{role}"}},"attributes":{{"creationDate":"{time}","mfaAuthenticated":"false"}}}}}},"eventTime":"{time}","eventSource":"{service}.amazonaws.com","eventName":"{name}","awsRegion":"{region}","sourceIPAddress":"{ip}","userAgent":"{agent}","requestParameters":{request},"responseElements":{response},"requestID":"{request_id}","eventID":"{event_id}","readOnly":{read_only},"eventType":"AwsApiCall","apiVersion":"{version}","managementEvent":true,"recipientAccountId":"{account}","eventCategory":"Management","tlsDetails":{{"tlsVersion":"TLSv1.3","cipherSuite":"TLS_AES_128_GCM_SHA256","clientProvidedHostHeader":"{service}.{region}.amazonaws.com"}}}}"#
    )
    .unwrap();
}

/// One file's records; how many bytes unpacked.
fn log(random: &mut Random, account: &str, region: &str, day: u64, bytes: u64, out: impl Write) -> u64 {
    let mut encoder = GzEncoder::new(out, Compression::new(6));
    let (mut written, mut chunk) = (0, "{\"Records\":[".to_owned());
    loop {
        record(random, account, region, day, &mut chunk);
        let is_over = written + chunk.len() as u64 >= bytes;
        chunk.push_str(if is_over { "]}" } else { "," });
        if is_over || chunk.len() > 1 << 20 {
            encoder.write_all(chunk.as_bytes()).unwrap();
            written += chunk.len() as u64;
            chunk.clear();
        }
        if is_over {
            encoder.finish().unwrap();
            return written;
        }
    }
}

fn generate(folder: &Path, megabytes: u64, seed: u64) {
    let mut random = Random(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1);
    let (mut left, mut number) = (megabytes << 20, 0_u64);
    while left > 0 {
        let (account, region, day) = (random.of(&ACCOUNTS), random.of(&REGIONS), number % 28);
        // Many small files and few of several MB, packed about a tenth of that.
        let bytes = (4_000_u64 << random.below(14)).min(left.max(4_000));
        let path = folder.join(format!(
            "AWSLogs/o-example/{account}/CloudTrail/{region}/2026/01/{:02}/{account}_CloudTrail_{region}_{number}.json.gz",
            day + 1
        ));
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        let written = log(&mut random, account, region, day, bytes, File::create(path).unwrap());
        left = left.saturating_sub(written);
        number += 1;
    }
    println!("{number} files");
}

fn files(folder: &Path, found: &mut Vec<PathBuf>) {
    for path in fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()) {
        if path.is_dir() { files(&path, found) } else { found.push(path) }
    }
}

fn gunzip(folder: &Path) {
    let mut found = Vec::new();
    files(folder, &mut found);
    found.sort();
    let (next, total) = (AtomicUsize::new(0), AtomicU64::new(0));
    let begun = Instant::now();
    let work = || {
        let mut buffer = vec![0; 512 * 1024];
        while let Some(path) = found.get(next.fetch_add(1, Ordering::Relaxed)) {
            let file = BufReader::with_capacity(256 * 1024, File::open(path).unwrap());
            let mut decoder = MultiGzDecoder::new(file);
            loop {
                let count = decoder.read(&mut buffer).unwrap();
                if count == 0 {
                    break;
                }
                total.fetch_add(count as u64, Ordering::Relaxed);
            }
        }
    };
    let threads = thread::available_parallelism().map_or(1, usize::from);
    thread::scope(|scope| (0..threads).for_each(|_| drop(scope.spawn(work))));
    println!("{} bytes in {:.3} s", total.into_inner(), begun.elapsed().as_secs_f64());
}

fn main() {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let number = |at: usize, default| arguments.get(at).map_or(default, |text| text.parse().unwrap());
    let folder = Path::new(arguments.get(1).map_or(".", String::as_str));
    match arguments.first().map(String::as_str) {
        Some("generate") => generate(folder, number(2, 100), number(3, 1)),
        Some("one") => {
            fs::create_dir_all(folder).unwrap();
            let file = File::create(folder.join("one.json.gz")).unwrap();
            let written = log(&mut Random(1), ACCOUNTS[0], REGIONS[0], 0, number(2, 100) << 20, file);
            println!("{written} bytes");
        }
        Some("gunzip") => gunzip(folder),
        _ => println!("logs generate|one|gunzip FOLDER [MEGABYTES] [SEED]"),
    }
}

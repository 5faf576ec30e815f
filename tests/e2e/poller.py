"""Lambda's part of an SQS event source mapping: receive, invoke, delete what did not fail."""

import time

from aws import REGION

# https://docs.aws.amazon.com/lambda/latest/dg/with-sqs.html#example-standard-queue-message-event
ATTRIBUTES = ("ApproximateReceiveCount", "SentTimestamp", "SenderId", "ApproximateFirstReceiveTimestamp")


def poll(queue, function):
    """Hands what is visible in the queue to the function, once; gives the ids of the messages that failed."""
    messages = queue.receive()
    if not messages:
        return []
    answer = function.invoke({"Records": [record(queue, message) for message in messages]})
    if answer.error:
        return [message["MessageId"] for message in messages]
    failed = {failure["itemIdentifier"] for failure in answer.payload["batchItemFailures"]}
    ids = {message["MessageId"] for message in messages}
    # Lambda takes an id that it does not know for a failure of the whole batch.
    assert failed <= ids, f"the function reports {failed - ids}, which were not in the batch"
    for message in messages:
        if message["MessageId"] not in failed:
            queue.delete(message)
    return sorted(failed)


def drain(queue, function, seconds=60):
    """Polls until the queue is empty. SQS's waits are left out; those that the function insists on are not."""
    deadline = time.monotonic() + seconds
    while queue.delays:
        assert time.monotonic() < deadline, f"{len(queue.delays)} messages are still there\n{function.emulator.log}"
        queue.let_time_pass()
        if poll(queue, function):
            time.sleep(0.2)


def record(queue, message):
    """A received message in the form in which Lambda hands it over."""
    return {
        "messageId": message["MessageId"],
        "receiptHandle": message["ReceiptHandle"],
        "body": message["Body"],
        "attributes": {name: message["Attributes"][name] for name in ATTRIBUTES if name in message["Attributes"]},
        "messageAttributes": {
            name: {
                "stringValue": value["StringValue"],
                "stringListValues": [],
                "binaryListValues": [],
                "dataType": value["DataType"],
            }
            for name, value in message.get("MessageAttributes", {}).items()
        },
        "md5OfBody": message["MD5OfBody"],
        "eventSource": "aws:sqs",
        "eventSourceARN": queue.arn,
        "awsRegion": REGION,
    }

/* CloudTrail's events, one object a line, as exports to log stores have them.
 */
#include <stdbool.h>
#include <stdio.h>

#include "tests/generator.h"

static const char *uuid(struct generator *g, char *room)
{
    sprintf(room, "%08x-%04x-4%03x-a%03x-%08x%04x", next(g), below(g, 65536),
        below(g, 4096), below(g, 4096), next(g), below(g, 65536));
    return room;
}

void generate_cloudtrail(struct generator *g, char *out)
{
    static const struct {
        const char *service, *name, *request;
    } calls[] = {
        {"ec2", "DescribeInstances", "{\"instancesSet\":{},\"filterSet\":{}}"},
        {"s3", "GetObject", "{\"bucketName\":\"reports\",\"key\":\"a.csv\"}"},
        {"s3", "PutObject", "{\"bucketName\":\"reports\",\"key\":\"b.csv\"}"},
        {"sts", "AssumeRole",
            "{\"roleArn\":\"arn:aws:iam::111122223333:role/"
            "deploy\",\"roleSessionName\":\"build\"}"},
        {"iam", "ListAccessKeys", "{\"userName\":\"backup\"}"},
        {"kms", "Decrypt", "{\"encryptionAlgorithm\":\"SYMMETRIC_DEFAULT\"}"},
    };
    char event[40], request[40];
    struct moment m = now(g);
    size_t i = below(g, sizeof(calls) / sizeof(calls[0]));
    const char *name = user(g);
    bool denied = below(g, 20) == 0;
    out += sprintf(out,
        "{\"eventVersion\":\"1.08\",\"userIdentity\":{\"type\":\"IAMUser\","
        "\"principalId\":\"AIDA%08X%08X\",\"arn\":\"arn:aws:iam::111122223333:"
        "user/%s\",\"accountId\":\"111122223333\",\"accessKeyId\":"
        "\"AKIA%08X%08X\",\"userName\":\"%s\"},\"eventTime\":"
        "\"2026-%02d-%02dT%02d:%02d:%02dZ\",\"eventSource\":"
        "\"%s.amazonaws.com\",\"eventName\":\"%s\",\"awsRegion\":"
        "\"eu-central-1\",\"sourceIPAddress\":\"%s\",\"userAgent\":"
        "\"aws-cli/2.15.0 Python/3.11.6 Linux/6.1.0 exe/x86_64\",",
        below(g, 60), 7u, name, below(g, 60), 11u, name, m.month + 1, m.day,
        m.hour, m.minute, m.second, calls[i].service, calls[i].name,
        address(g));
    if (denied)
        out += sprintf(out,
            "\"errorCode\":\"AccessDenied\",\"errorMessage\":\"User: "
            "arn:aws:iam::111122223333:user/%s is not authorized to perform: "
            "%s:%s\",",
            name, calls[i].service, calls[i].name);
    sprintf(out,
        "\"requestParameters\":%s,\"responseElements\":null,\"requestID\":"
        "\"%s\",\"eventID\":\"%s\",\"readOnly\":true,\"eventType\":"
        "\"AwsApiCall\",\"managementEvent\":true,\"recipientAccountId\":"
        "\"111122223333\",\"eventCategory\":\"Management\"}",
        calls[i].request, uuid(g, request), uuid(g, event));
}

"""Signatures against the worked examples that the two clouds publish with their descriptions."""

import pytest

from members.lib import cloud_signatures

TENCENT_BODY = b'{"Limit": 1, "Filters": [{"Values": ["\\u672a\\u547d\\u540d"], "Name": "instance-name"}]}'


def test_alibaba_clouds_example_of_signature_v3() -> None:
    query = cloud_signatures.query_string(
        {"RegionId": "cn-shanghai", "ImageId": "win2019_1809_x64_dtc_zh-cn_40G_alibase_20230811.vhd"}
    )
    headers = {
        "host": "ecs.cn-shanghai.aliyuncs.com", "x-acs-action": "RunInstances", "x-acs-version": "2014-05-26",
        "x-acs-content-sha256": "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
        "x-acs-date": "2023-10-26T10:22:32Z", "x-acs-signature-nonce": "3156853299f313e23d1673dc12e1703d",
    }  # fmt: skip
    assert cloud_signatures.acs3("YourAccessKeyId", "YourAccessKeySecret", query, headers) == (
        "ACS3-HMAC-SHA256 Credential=YourAccessKeyId,"
        "SignedHeaders=host;x-acs-action;x-acs-content-sha256;x-acs-date;x-acs-signature-nonce;x-acs-version,"
        "Signature=06563a9e1b43f5dfe96b81484da74bceab24a1d853912eee15083a6f0f3283c0"
    )


@pytest.mark.parametrize(
    ("ending", "signature"),
    [
        ("EXAMPLE", "72e494ea809ad7a8c8f7a4507b9bddcbaa8e581f516e8da2f66e2c5a96525168"),
        ("*******", "2230eefd229f582d8b1b891af7107b91597240707d778ab3738f756258d7652c"),  # of the later edition
    ],
)
def test_tencent_clouds_example_of_signature_v3(ending: str, signature: str) -> None:
    headers = {"content-type": "application/json; charset=utf-8", "host": "cvm.tencentcloudapi.com"}
    key_id, secret = f"AKIDz8krbsJ5yKBZQpn74WFkmLPx3{ending}", f"Gu5t9xGARNpq86cd98joQYCN3{ending}"
    assert cloud_signatures.tc3(key_id, secret, "cvm", 1551113065, headers, TENCENT_BODY) == (
        f"TC3-HMAC-SHA256 Credential={key_id}/2019-02-25/cvm/tc3_request, "
        f"SignedHeaders=content-type;host, Signature={signature}"
    )


def test_signs_that_mean_something_in_addresses_are_encoded_as_rfc_3986_says() -> None:
    assert cloud_signatures.query_string({"b": "a b*~/+", "a": "中"}) == "a=%E4%B8%AD&b=a%20b%2A~%2F%2B"

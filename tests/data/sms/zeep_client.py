"""Calls SendSms with zeep: wsdl, key and how it is shown as arguments, a JSON list of calls on standard input."""

import json
import sys

from requests import Session
from requests.auth import HTTPBasicAuth
from zeep import Client
from zeep.exceptions import Fault
from zeep.transports import Transport

wsdl, key, how = sys.argv[1:]
session = Session()
session.trust_env = False
if how == "basic":
    session.auth = HTTPBasicAuth("his", key)
else:
    session.headers["Authorization"] = f"Bearer {key}"
client = Client(wsdl, transport=Transport(session=session))
for call in json.load(sys.stdin):
    try:
        answer = client.service.SendSms(**call)
        print(json.dumps({"messageId": answer.messageId, "code": answer.code}))
    except Fault as fault:
        code = fault.detail.findtext(".//{urn:yunzhen:problem}code")
        print(json.dumps({"faultcode": fault.code, "faultstring": fault.message, "code": code}))

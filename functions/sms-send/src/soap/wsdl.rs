//! The description of the web-service door (WSDL 1.1).

use super::{NAMESPACE, escaped};
use common::call::{Call, Reply};
use common::problem::Problem;

/// Asks for the description: `?wsdl`, as in `?WSDL` or `?wsdl&class=otp`.
fn is_asked(call: &Call) -> bool {
    call.query_pairs().any(|(name, _)| name.eq_ignore_ascii_case("wsdl"))
}

/// The description, with the address under which it was asked for; the parameter `class` stays with it.
///
/// # Errors
/// 405 where something else was asked for: an envelope is posted.
pub fn reply(call: &Call) -> Result<Reply, Problem> {
    if !is_asked(call) {
        return Err(Problem::method_not_allowed("POST, GET ?wsdl"));
    }
    let class = call.query_pairs().find(|(name, value)| name == "class" && !value.is_empty());
    let class = class.filter(|(_, value)| value.bytes().all(|b| b.is_ascii_alphabetic()));
    let class = class.map(|(_, value)| format!("?class={value}")).unwrap_or_default();
    let address = format!("{}{}{class}", call.origin(), call.path);
    let description = DESCRIPTION.replace("{address}", &escaped(&address)).replace("{urn}", NAMESPACE);
    Ok(Reply::new(200, super::XML, description.into_bytes()))
}

const DESCRIPTION: &str = r#"<?xml version="1.0" encoding="utf-8"?>
<wsdl:definitions name="Sms" targetNamespace="{urn}" xmlns:tns="{urn}" xmlns:wsdl="http://schemas.xmlsoap.org/wsdl/" xmlns:soap="http://schemas.xmlsoap.org/wsdl/soap/" xmlns:xsd="http://www.w3.org/2001/XMLSchema">
  <wsdl:types>
    <xsd:schema targetNamespace="{urn}" elementFormDefault="qualified">
      <xsd:element name="SendSms">
        <xsd:complexType>
          <xsd:sequence>
            <xsd:element name="phone" type="xsd:string"/>
            <xsd:element name="content" type="xsd:string"/>
            <xsd:element name="requestId" type="xsd:string"/>
          </xsd:sequence>
        </xsd:complexType>
      </xsd:element>
      <xsd:element name="SendSmsResponse">
        <xsd:complexType>
          <xsd:sequence>
            <xsd:element name="messageId" type="xsd:string"/>
            <xsd:element name="code" type="xsd:int"/>
          </xsd:sequence>
        </xsd:complexType>
      </xsd:element>
    </xsd:schema>
  </wsdl:types>
  <wsdl:message name="SendSmsInput"><wsdl:part name="parameters" element="tns:SendSms"/></wsdl:message>
  <wsdl:message name="SendSmsOutput"><wsdl:part name="parameters" element="tns:SendSmsResponse"/></wsdl:message>
  <wsdl:portType name="SmsPort">
    <wsdl:operation name="SendSms">
      <wsdl:documentation>Sends content to phone (11 digits or E.164). requestId makes it safe to send again: 1 to 100 visible ASCII characters, another one for each message. code: 0 on its way; 1 stopped by a keyword, 2 by a limit, 3 because the phone declined.</wsdl:documentation>
      <wsdl:input message="tns:SendSmsInput"/>
      <wsdl:output message="tns:SendSmsOutput"/>
    </wsdl:operation>
  </wsdl:portType>
  <wsdl:binding name="SmsBinding" type="tns:SmsPort">
    <soap:binding style="document" transport="http://schemas.xmlsoap.org/soap/http"/>
    <wsdl:operation name="SendSms">
      <soap:operation soapAction="{urn}#SendSms"/>
      <wsdl:input><soap:body use="literal"/></wsdl:input>
      <wsdl:output><soap:body use="literal"/></wsdl:output>
    </wsdl:operation>
  </wsdl:binding>
  <wsdl:service name="Sms">
    <wsdl:port name="SmsPort" binding="tns:SmsBinding"><soap:address location="{address}"/></wsdl:port>
  </wsdl:service>
</wsdl:definitions>
"#;

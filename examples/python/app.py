"""The README's app in Python. It synthesizes the same template as the TypeScript one: npx aws-cdk@2 synth -q --app "python app.py"."""

import json

from aws_cdk import App, Duration, Stack, Validations
from aws_cdk.aws_ecr import Repository
from cdk_hardened_agent import (
    AgentImage,
    ApprovalOptions,
    BedrockModel,
    Credential,
    Effect,
    HardenedAgentChecks,
    HardenedAgentRuntime,
    HttpConnector,
    HttpMethod,
    InputSchema,
)

app = App()
stack = Stack(app, "Support")
tickets = HttpConnector(
    stack, "Tickets", base_url="https://tickets.example.com", credential=Credential.bearer("tickets-api")
)


def input_schema(**properties: dict) -> InputSchema:
    schema = {
        "type": "object",
        "additionalProperties": False,
        "required": list(properties),
        "properties": properties,
    }
    return InputSchema.from_string(json.dumps(schema))


ticket_id = {"type": "string", "pattern": "^T-[0-9]{1,8}$", "maxLength": 10}
amount_cents = {"type": "integer", "minimum": 1, "maximum": 1_000_000}
read = tickets.add_tool(
    "tickets_read",
    description="Read a ticket",
    method=HttpMethod.GET,
    path="/tickets/{id}",
    input=input_schema(id=ticket_id),
    effect=Effect.READ,
)
refund = tickets.add_tool(
    "tickets_refund",
    description="Refund an order",
    method=HttpMethod.POST,
    path="/tickets/{id}/refund",
    input=input_schema(id=ticket_id, amountCents=amount_cents),
    effect=Effect.DESTRUCTIVE,
)
agent = HardenedAgentRuntime(
    stack,
    "Agent",
    image=AgentImage.from_ecr_digest(
        Repository.from_repository_name(stack, "Images", "support-agent"), f"sha256:{'0' * 64}"
    ),
    # Any commercial region may answer. BedrockModel.inference_profile(id, regions) keeps to the regions that you name.
    models=[BedrockModel.global_("global.anthropic.claude-sonnet-5-5")],
    connectors=[tickets],
    approvals=ApprovalOptions(approver_groups=["support-leads"]),
    retention=Duration.days(365),
)
agent.allow(read)
# Destructive, so a person still approves each call.
agent.allow(refund, when="context.args.amountCents <= 50000")

# A cdk-nag 3 pack, for any CDK app.
Validations.of(app).add_plugins(HardenedAgentChecks(app))

app.synth()

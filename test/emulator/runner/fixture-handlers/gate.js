exports.handler = async (event) => ({
  statusCode: 200,
  body: JSON.stringify({ userArn: event.requestContext.identity.userArn, body: event.body }),
});

const { DynamoDBClient, PutItemCommand } = require('@aws-sdk/client-dynamodb');

/** Keeps the token of a waiting task, once. */
exports.handler = async ({ id, token }) => {
  const client = new DynamoDBClient({});
  await client.send(
    new PutItemCommand({
      TableName: process.env.TABLE,
      Item: { pk: { S: id }, token: { S: token } },
      ConditionExpression: 'attribute_not_exists(pk)',
    }),
  );
};

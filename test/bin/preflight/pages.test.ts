import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { DescribeVpcEndpointServicesCommand, EC2Client } from '@aws-sdk/client-ec2';
import { allPages } from '../../../bin/preflight/pages';

test.each([[undefined], ['']])('the token %j ends a listing', async (last) => {
  const pages = [{ NextToken: 'two', items: [1] }, { NextToken: last, items: [2] }, { items: [3] }];
  const tokens: unknown[] = [];
  const all = await allPages(
    async (token) => {
      tokens.push(token);
      return pages[tokens.length - 1] ?? { items: [] };
    },
    ({ items }) => items,
  );
  expect(all).toEqual([1, 2]);
  expect(tokens).toEqual([undefined, 'two']);
});

describe('through the SDK', () => {
  let server: Server;
  let asked = 0;

  // https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeVpcEndpointServices.html: "If there are no additional
  // items to return, the string is empty."
  beforeAll(async () => {
    server = createServer((request, response) => {
      request.resume().on('end', () => {
        asked += 1;
        response.statusCode = asked > 5 ? 500 : 200;
        response.setHeader('content-type', 'text/xml').end(
          `<DescribeVpcEndpointServicesResponse xmlns="http://ec2.amazonaws.com/doc/2016-11-15/"><requestId>1</requestId>
          <serviceDetailSet><item><serviceName>com.amazonaws.eu-west-1.kms</serviceName></item></serviceDetailSet>
          <nextToken/></DescribeVpcEndpointServicesResponse>`,
        );
      });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  });
  afterAll(() => server.close());

  test('the XML of EC2 with an empty nextToken', async () => {
    const ec2 = new EC2Client({
      region: 'eu-west-1',
      endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
      credentials: { accessKeyId: 'a', secretAccessKey: 'b' },
      maxAttempts: 1,
    });
    const all = await allPages(
      (NextToken) => ec2.send(new DescribeVpcEndpointServicesCommand({ NextToken })),
      ({ ServiceDetails }) => ServiceDetails,
    );
    ec2.destroy();
    expect(all.map(({ ServiceName }) => ServiceName)).toEqual(['com.amazonaws.eu-west-1.kms']);
    expect(asked).toBe(1);
  });
});

import * as http from 'node:http';
import type { AddressInfo } from 'node:net';

/** Credentials as an emulator or STS gave them. */
export interface GivenCredentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
}

const LIFETIME_MS = 3_600_000;

/** Serves a task's credentials on this machine, as ECS serves them to a task. */
export class TaskCredentials {
  private constructor(private readonly server: http.Server) {}

  static async serve(credentials: GivenCredentials): Promise<TaskCredentials> {
    const server = http.createServer((_, response) => {
      response.writeHead(200, { 'content-type': 'application/json' });
      response.end(
        JSON.stringify({
          AccessKeyId: credentials.accessKeyId,
          SecretAccessKey: credentials.secretAccessKey,
          Token: credentials.sessionToken ?? '',
          Expiration: new Date(Date.now() + LIFETIME_MS).toISOString(),
        }),
      );
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return new TaskCredentials(server);
  }

  /** For `AWS_CONTAINER_CREDENTIALS_FULL_URI`. ECS sets the relative one, whose host no other machine has. */
  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}/credentials`;
  }

  stop(): void {
    this.server.closeAllConnections();
    this.server.close();
  }
}

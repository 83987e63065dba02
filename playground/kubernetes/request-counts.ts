/** How often one client, named by its User-Agent, asked for one thing. */
export interface RequestCount {
  readonly client: string;
  /** "list pods", "create pods/eviction", "get /version" */
  readonly request: string;
  readonly count: number;
}

/** What an API server has been asked for, refused requests included. A watch counts once. */
export class RequestCounts {
  private readonly clients = new Map<string, Map<string, number>>();

  count(client: string, request: string): void {
    const counts = this.clients.get(client) ?? new Map<string, number>();
    this.clients.set(client, counts.set(request, (counts.get(request) ?? 0) + 1));
  }

  /** Of clients whose User-Agent begins with `prefix`; of all without it. */
  list(prefix = ""): readonly RequestCount[] {
    return [...this.clients]
      .filter(([client]) => client.startsWith(prefix))
      .flatMap(([client, counts]) => [...counts].map(([request, count]) => ({ client, request, count })));
  }

  total(prefix = ""): number {
    return this.list(prefix).reduce((sum, { count }) => sum + count, 0);
  }

  /** From here on, only what comes is counted. */
  reset(): void {
    this.clients.clear();
  }
}

// What the test Worker is bound to.
declare namespace Cloudflare {
  interface GlobalProps {
    mainModule: typeof import("./worker.ts");
  }
  interface Env {
    TestAgent: DurableObjectNamespace<import("./worker.ts").TestAgent>;
    QUIET_AGENT: DurableObjectNamespace<import("./worker.ts").QuietAgent>;
    StubbornAgent: DurableObjectNamespace<import("./worker.ts").StubbornAgent>;
    PEER: DurableObjectNamespace<import("./worker.ts").PeerAgent>;
    PlainObject: DurableObjectNamespace<import("./worker.ts").PlainObject>;
  }
}

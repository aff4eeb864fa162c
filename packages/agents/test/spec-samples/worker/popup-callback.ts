// handle-oauth: close the popup
import { Agent } from "agents";

export class MyAgent extends Agent {
  onStart() {
    this.mcp.configureOAuthCallback({
      customHandler: (result) => {
        if (result.authSuccess) {
          // Success - close the popup
          return new Response("<script>window.close();</script>", {
            headers: { "content-type": "text/html" },
          });
        } else {
          // Error - show message, then close
          return new Response(`<script>alert('Authorization failed: ${result.authError}'); window.close();</script>`, {
            headers: { "content-type": "text/html" },
          });
        }
      },
    });
  }
}

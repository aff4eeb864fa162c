// connecting-to-mcp-servers: custom OAuth callback handling
import { Agent } from "agents";

export class MyAgent extends Agent {
  onStart() {
    this.mcp.configureOAuthCallback({
      // Redirect after successful auth
      successRedirect: "https://myapp.com/success",

      // Redirect on error
      errorRedirect: "https://myapp.com/error",

      // Or use a custom handler
      customHandler: (result) => {
        if (result.authSuccess) {
          // Close popup window after auth
          return new Response("<script>window.close();</script>", {
            headers: { "content-type": "text/html" },
          });
        }
        return new Response("Auth failed", { status: 400 });
      },
    });
  }
}

// Attacks on what people see of a sign-in: addresses, questions, ends.
import { describe, expect, test } from "vitest";
import type { Arena, Script } from "./arena.ts";
import { hostileProviders } from "./hostile-provider.ts";
import { isOurs, words } from "./surface.ts";
import { CLICK } from "./victim.ts";

export function attackPages(arena: () => Arena): void {
  const { add, pending } = hostileProviders(arena);

  describe("addresses and pages a person sees", () => {
    test("P03 a backslash or padding ends up as the address that was checked", async () => {
      const { victim, party } = await add({});
      words(await victim.stateOfOnly()).toBe("authenticating");
      const odd = await add({
        metadata: { authorization_endpoint: ` https:\\\\${new URL(party.issuer).host}/authorize ` },
      });
      if (odd.outcome !== "authenticating") return;
      const url = Object.values((await odd.victim.state()).servers)[0]?.auth_url ?? "";
      expect((await odd.victim.begin(url)).location.origin).toBe(party.issuer);
    });

    test("P04 parameters the endpoint brings along are replaced, not doubled", async () => {
      const planted =
        "redirect_uri=https://evil.example&state=evil&client_id=evil&response_type=token&code_challenge=evil&resource=evil";
      const script: { metadata?: Script["metadata"] } = {};
      const party = arena().party(script);
      script.metadata = { authorization_endpoint: `${party.issuer}/authorize?${planted}` };
      const victim = arena().victim();
      const { location } = await victim.begin((await victim.offer(party.url)).authUrl);
      for (const name of ["redirect_uri", "state", "client_id", "response_type", "code_challenge", "resource"]) {
        const values = location.searchParams.getAll(name);
        expect(values).toHaveLength(1);
        expect(values.join()).not.toContain("evil");
      }
      expect(location.searchParams.get("response_type")).toBe("code");
    });

    test("P05 ★ P06 the documentation's handler runs nothing a provider says", async () => {
      for (const text of [
        "</script><script>alert(1)</script>",
        "'); alert(1); ('",
        "\\'); alert(1)//",
        "\u2028alert(1)\u2029",
        "${alert(1)}`",
        "\u202Egpj.exe\u0000\u001b[2J",
        "<!--<script>",
      ]) {
        const { answer } = await pending({}, "sampled");
        const page = await answer((query) => {
          query.set("error", "server_error");
          query.set("error_description", text);
        });
        expect(page.text).toMatch(/^<script>alert\('[^'"<>&\\`$\p{C}\u2028\u2029]*'\); window\.close\(\);<\/script>$/u);
        expect(page.text).toContain("Authorization failed: ");
      }
    });

    test("P06 P13 our own pages escape the server's label, load nothing, and fit into no frame", async () => {
      const { victim, answer, authUrl } = await pending({});
      const questions = isOurs ? [await victim.get(authUrl, { ...CLICK, "sec-fetch-site": "none" })] : [];
      const end = await answer((query) => {
        query.set("error", "<svg onload=alert(1)>");
        query.set("error_description", "</title><script>alert(1)</script>");
      });
      for (const page of [...questions, end]) {
        words(page.text).toContain("&#60;img src=x onerror=alert(1)&#62;");
        expect(page.text).not.toMatch(/<img|<svg|\u202E|<script>/);
        const policy = page.headers.get("content-security-policy") ?? "";
        for (const rule of ["default-src 'none'", "frame-ancestors 'none'", "base-uri 'none'"])
          words(policy).toContain(rule);
        words(policy).not.toContain("unsafe");
        words(page.headers.get("x-frame-options")).toBe("DENY");
        words(page.headers.get("cache-control")).toBe("no-store");
        words(page.headers.get("x-content-type-options")).toBe("nosniff");
      }
      words(end.headers.get("referrer-policy")).toBe("no-referrer");
    });

    test("P07 friendly text of a provider is not on our page, and cut elsewhere", async () => {
      const { victim, answer } = await pending({});
      const page = await answer((query) => {
        query.set("error", "server_error");
        query.set("error_description", `Please call 0800-EVIL ${"x".repeat(5000)}`);
      });
      expect(page.text).not.toContain("EVIL");
      const [server] = Object.values((await victim.state()).servers);
      words(server?.state).toBe("failed");
      expect(server?.error?.length ?? 0).toBeLessThan(1000);
      words(server?.error?.length).toBeLessThan(400);
    });

    test("P09 an error redirect keeps its own query, its origin, and says our sentence", async () => {
      const { answer } = await pending({}, "redirecting");
      const page = await answer((query) => {
        query.set("error", "access_denied");
        query.set("error_description", "&tab=2#x\r\nSet-Cookie: evil=1");
      });
      const target = new URL(page.headers.get("location") ?? "");
      expect([target.origin, target.pathname]).toEqual([arena().runtime.origin, "/x"]);
      expect(target.searchParams.getAll("tab")).toEqual(["1"]);
      words([...target.searchParams]).toEqual([
        ["tab", "1"],
        ["error", "Access was declined."],
      ]);
      expect(page.headers.get("set-cookie")).toBeNull();
    });
  });
}

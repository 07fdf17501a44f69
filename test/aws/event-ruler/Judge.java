import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Scanner;
import software.amazon.event.ruler.JsonRuleCompiler;
import software.amazon.event.ruler.Machine;
import software.amazon.event.ruler.MachineComplexityEvaluator;

/** Reads a line of {"pattern": …, "events": […]} for each rule. Writes a line of {"error"} or {"score", "matches"}. */
public class Judge {
  /** Above this, the exact score doesn't matter and takes seconds. */
  private static final int MAX_SCORE = 50;

  public static void main(String[] arguments) throws Exception {
    ObjectMapper json = new ObjectMapper();
    Scanner lines = new Scanner(System.in, "UTF-8");
    while (lines.hasNextLine()) System.out.println(judge(json, json.readTree(lines.nextLine())));
  }

  private static ObjectNode judge(ObjectMapper json, JsonNode question) throws Exception {
    String pattern = question.get("pattern").toString();
    ObjectNode answer = json.createObjectNode();
    // RuleCompiler refuses $or. False refuses duplicate keys.
    String error = JsonRuleCompiler.check(pattern, false);
    if (error != null) return answer.put("error", error);
    Machine machine = new Machine();
    machine.addRule("rule", pattern);
    answer.put("score", machine.evaluateComplexity(new MachineComplexityEvaluator(MAX_SCORE)));
    ArrayNode matches = answer.putArray("matches");
    for (JsonNode event : question.get("events")) {
      matches.add(!machine.rulesForJSONEvent(event.toString()).isEmpty());
    }
    return answer;
  }
}

import java.io.BufferedReader;
import java.io.File;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.TreeSet;
import org.verapdf.ReleaseDetails;
import org.verapdf.gf.foundry.VeraGreenfieldFoundryProvider;
import org.verapdf.pdfa.Foundries;
import org.verapdf.pdfa.flavours.PDFAFlavour;

/**
 * What veraPDF says about PDF files as PDF/A-3a.
 * Reads a file a line, writes «TAB version» and then a line «file TAB words» for each.
 */
public class VeraPdfJudge {
  public static void main(String[] args) throws Exception {
    VeraGreenfieldFoundryProvider.initialise();
    var in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    var out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
    Foundries.defaultInstance().getDetails(); // until then it does not know its version
    String version = "";
    for (ReleaseDetails part : ReleaseDetails.getDetails()) {
      if (part.getId().equals("validation-model")) version = part.getVersion();
    }
    out.println("\t" + version);
    for (String file; (file = in.readLine()) != null; ) out.println(file + "\t" + judge(file));
  }

  static String judge(String file) {
    try (var parser = Foundries.defaultInstance().createParser(new File(file));
        var validator = Foundries.defaultInstance().createValidator(PDFAFlavour.PDFA_3_A, false)) {
      var result = validator.validate(parser);
      var rules = new TreeSet<String>();
      for (var assertion : result.getTestAssertions()) {
        rules.add(assertion.getRuleId().getClause() + " test " + assertion.getRuleId().getTestNumber());
      }
      String flavour = "PDF/A-" + result.getPDFAFlavour().getId();
      return flavour + "; isCompliant=" + result.isCompliant() + (rules.isEmpty() ? "" : "; failed " + rules);
    } catch (Exception error) { // what a judge cannot read it has not accepted
      return String.valueOf(error).replaceAll("\\s+", " ");
    }
  }
}

package io.tandem.agent.cli;

import io.tandem.agent.text.SimilarNames;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.ServiceLoader;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.Spec;
import picocli.CommandLine.UnmatchedArgumentException;

/**
 * The root command {@code tandem}: finds the subcommands, and turns every outcome into a message and one of {@link ExitCodes}.
 *
 * <p>One thread. Subcommands come from every {@link CommandProvider} on the class path; {@code --help} and {@code --version} are added to
 * those that do not declare them. A subcommand is a {@code Callable<Integer>} that returns an exit code, or throws
 * {@link CommandFailure}.
 */
@Command(
        name = "tandem",
        description =
                "Keeps a local MongoDB on every device and one shared MongoDB Atlas cluster in step, in both directions.",
        mixinStandardHelpOptions = true,
        versionProvider = TandemVersion.class,
        synopsisSubcommandLabel = "<command>",
        commandListHeading = "%nCommands:%n",
        optionListHeading = "%nOptions:%n",
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:done, and what was checked is in order",
            "1:the check or the work failed",
            "2:wrong usage or configuration"
        },
        footer = {"", "'tandem <command> --help' explains one command."})
public final class TandemCommand implements Runnable {

    private static final double SIMILAR_ENOUGH = 0.4;
    private static final int SUGGESTIONS_MAX = 3;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    /** The command line with all subcommands of the class path, ready to execute. */
    public static CommandLine create() {
        List<CommandProvider> providers = new ArrayList<>();
        ServiceLoader.load(CommandProvider.class).forEach(providers::add);
        return create(providers);
    }

    static CommandLine create(List<CommandProvider> providers) {
        CommandLine root = new CommandLine(new TandemCommand());
        for (CommandProvider provider : providers) {
            for (Object command : provider.commands()) {
                root.addSubcommand(command);
            }
        }
        root.getSubcommands().values().forEach(TandemCommand::completeHelp);
        root.setParameterExceptionHandler(TandemCommand::explainWrongUsage);
        root.setExecutionExceptionHandler(TandemCommand::explainFailure);
        root.setExitCodeExceptionMapper(failure -> ExitCodes.FAILED);
        root.setCaseInsensitiveEnumValuesAllowed(true);
        return root;
    }

    /** Runs one call of {@code tandem} to its end and returns its exit code. Does not exit the process. */
    public static int run(String... arguments) {
        CommandLine root = create();
        root.setOut(ConsoleText.writer(System.out)).setErr(ConsoleText.writer(System.err));
        root.setColorScheme(
                CommandLine.Help.defaultColorScheme(ConsoleText.colours(System.getenv(), Terminal.isInteractive())));
        return root.execute(arguments);
    }

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "Which command? None was given.");
    }

    private static void completeHelp(CommandLine command) {
        CommandSpec commandSpec = command.getCommandSpec();
        boolean hasHelp = commandSpec.options().stream().anyMatch(CommandLine.Model.OptionSpec::usageHelp);
        boolean namesTaken = commandSpec.optionsMap().containsKey("-h")
                || commandSpec.optionsMap().containsKey("--help")
                || commandSpec.optionsMap().containsKey("-V")
                || commandSpec.optionsMap().containsKey("--version");
        if (!hasHelp && !namesTaken) {
            commandSpec.mixinStandardHelpOptions(true);
            commandSpec.versionProvider(new TandemVersion());
        }
        command.getSubcommands().values().forEach(TandemCommand::completeHelp);
    }

    private static int explainWrongUsage(ParameterException wrong, String[] arguments) {
        CommandLine command = wrong.getCommandLine();
        String name = command.getCommandSpec().qualifiedName();
        PrintWriter err = command.getErr();
        if (wrong instanceof UnmatchedArgumentException unmatched
                && !command.getSubcommands().isEmpty()
                && !unmatched.getUnmatched().isEmpty()
                && !unmatched.getUnmatched().get(0).startsWith("-")) {
            String tried = unmatched.getUnmatched().get(0);
            err.println(name + ": there is no command '" + tried + "'." + didYouMean(command, tried));
        } else {
            err.println(name + ": " + wrong.getMessage());
            UnmatchedArgumentException.printSuggestions(wrong, err);
        }
        err.println("Run '" + name + " --help' to see what is allowed.");
        err.flush();
        return ExitCodes.WRONG_USAGE;
    }

    private static String didYouMean(CommandLine command, String tried) {
        List<String> similar =
                SimilarNames.to(tried, command.getSubcommands().keySet(), SIMILAR_ENOUGH, SUGGESTIONS_MAX);
        return similar.isEmpty() ? "" : " Did you mean " + String.join(" or ", quoted(similar)) + "?";
    }

    private static List<String> quoted(List<String> names) {
        return names.stream().map(name -> "'" + name + "'").toList();
    }

    private static int explainFailure(Exception failure, CommandLine command, ParseResult parsed) {
        PrintWriter err = command.getErr();
        String name = command.getCommandSpec().qualifiedName();
        if (failure instanceof CommandFailure expected) {
            err.println(name + ": " + expected.getMessage());
            err.flush();
            return expected.exitCode();
        }
        err.println(name + ": unexpected error. This is a fault in Tandem; please report it with the lines below.");
        failure.printStackTrace(err);
        err.flush();
        return ExitCodes.FAILED;
    }
}

// SPDX-License-Identifier: Apache-2.0
// A STAND-IN for a Jenkins that runs a declarative Jenkinsfile: the very file, by the real Groovy, with the sections and steps that it may use.
// Each line of stdin is a build, as JSON with the keys file, folder, env, params, credentials (by id) and submitter; its log is printed, with the
// result at its end as Jenkins calls it. What a section or step here does not know is an error, as it is for Jenkins. It is no Jenkins.
import groovy.json.JsonSlurper
import org.codehaus.groovy.control.CompilerConfiguration

class Failed extends Exception {
    Failed(String text) { super(text) }
}

class Build {
    Map given
    Map env = [:]
    Map params = [:]
    String result = 'SUCCESS'
    List<Map> secrets = []

    static final List LEVELS = ['SUCCESS', 'UNSTABLE', 'FAILURE', 'ABORTED']

    void become(String worse) {
        if (LEVELS.indexOf(worse) > LEVELS.indexOf(result)) { result = worse }
    }

    void say(Object text) { println("[Pipeline] ${text}"); System.out.flush() }

    def shell(String script) {
        Map all = System.getenv() + env.findAll { it.value != null }.collectEntries { [it.key, it.value.toString()] }
        secrets.each { all += it }
        // As the step does: /bin/sh -xe
        def process = new ProcessBuilder('/bin/sh', '-xe', '-c', script).directory(new File(given.folder)).redirectErrorStream(true)
        process.environment().clear()
        process.environment().putAll(all)
        def started = process.start()
        started.inputStream.eachLine { println(it) }
        return started.waitFor()
    }
}

/** The steps that stand in `steps`, `script` and `post`, and in the functions of the file. */
abstract class Steps extends Script {
    Build getBuild() { binding.getVariable('build') }

    Map getEnv() { build.env }

    Map getParams() { build.params }

    def sh(String script) { sh(script: script) }

    def sh(Map how) {
        assert how.keySet() - ['script', 'returnStatus', 'label'] == [] as Set
        int status = build.shell(how.script.toString())
        if (how.returnStatus) { return status }
        if (status != 0) { throw new Failed("script returned exit code ${status}") }
    }

    Map usernamePassword(Map how) {
        assert how.keySet() == ['credentialsId', 'usernameVariable', 'passwordVariable'] as Set
        def (user, password) = build.given.credentials[how.credentialsId]
        return [(how.usernameVariable): user, (how.passwordVariable): password]
    }

    Map string(Map how) {
        assert how.keySet() == ['credentialsId', 'variable'] as Set
        return [(how.variable): build.given.credentials[how.credentialsId]]
    }

    void withCredentials(List<Map> given, Closure body) {
        build.secrets += given
        try { body() } finally { build.secrets = build.secrets.dropRight(given.size()) }
    }

    void lock(Map how, Closure body) { build.say("lock: ${how.resource}"); body() }

    void error(Object text) { throw new Failed(text.toString()) }

    void unstable(Object text) { build.say("unstable: ${text}"); build.become('UNSTABLE') }

    void script(Closure body) { body() }

    void junit(Map how) {
        File file = new File(build.given.folder, how.testResults)
        assert file.exists() || how.allowEmptyResults
        if (file.exists()) { build.say("junit: ${new groovy.xml.XmlParser().parse(file).'**'.findAll { it.name() == 'testcase' }.size()} tests") }
    }

    void archiveArtifacts(Map how) {
        assert how.keySet() - ['artifacts', 'excludes', 'allowEmptyArchive'] == [] as Set
        def files = new groovy.ant.FileNameFinder().getFileNames(build.given.folder, how.artifacts.replace(',', ' '), (how.excludes ?: '').replace(',', ' '))
        build.say("archived: ${files.collect { new File(it).name }.sort().join(' ')}")
    }

    void pipeline(Closure body) { new Pipeline(this).play(body) }
}

/** A section: its names are keys of `known`, each a closure. */
class Section {
    Map<String, Closure> known

    static void of(Map<String, Closure> known, Closure body) {
        body.delegate = new Section(known: known)
        body.resolveStrategy = Closure.DELEGATE_FIRST
        body()
    }

    def methodMissing(String name, Object arguments) {
        if (!known.containsKey(name)) { throw new MissingMethodException(name, Section, arguments as Object[]) }
        return known[name].call(*(arguments as List))
    }

    void setProperty(String name, Object value) {
        if (name == 'known') { this.@known = value } else { known['='].call(name, value) }
    }
}

class Pipeline {
    static final Closure IGNORED = { Object... arguments -> null }
    Steps steps
    Build build
    List stages = []
    Map<String, Closure> post = [:]

    Pipeline(Steps steps) { this.steps = steps; this.build = steps.build }

    void play(Closure body) {
        Section.of([
            agent: { Closure agent -> Section.of([docker: { Closure docker -> Section.of([image: IGNORED], docker) }], agent) },
            options: { Closure all -> Section.of(options(), all) },
            parameters: { Closure declared -> declare(declared) },
            triggers: { Closure triggers -> Section.of([parameterizedCron: { String cron -> build.say("cron: ${cron.readLines()}") }], triggers) },
            environment: { Closure values -> Section.of(['=': { String name, Object value -> build.env[name] = value.toString() }], values) },
            stages: { Closure all -> Section.of([stage: { String name, Closure stage -> stages << [name, stage] }], all) },
            post: { Closure all -> Section.of([always: { Closure always -> post.always = always }], all) },
        ], body)
        try {
            stages.each { name, stage -> if (build.result in ['SUCCESS', 'UNSTABLE']) { new Stage(pipeline: this, name: name).play(stage) } }
        } catch (Failed failed) {
            build.say("ERROR: ${failed.message}")
            build.become('FAILURE')
        }
        post.always?.call()
    }

    private Map options() {
        [disableConcurrentBuilds: IGNORED, timeout: { Map how -> }, buildDiscarder: IGNORED, logRotator: { Map how -> }]
    }

    private void declare(Closure declared) {
        Closure keep = { Map how -> build.params[how.name] = build.given.params[how.name] ?: (how.choices ? how.choices[0] : how.defaultValue) }
        Closure choose = { Map how -> assert (build.given.params[how.name] ?: '') in how.choices; keep(how) }
        Section.of([choice: choose, string: keep], declared)
    }
}

class Stage {
    Pipeline pipeline
    String name
    boolean wanted = true
    Closure body, always
    Map approval

    void play(Closure stage) {
        Build build = pipeline.build
        Section.of([
            when: { Closure all -> Section.of(conditions(build), all) },
            input: { Closure asked -> approval = [:]; Section.of([message: { approval.message = it }, submitter: { approval.submitter = it }], asked) },
            steps: { Closure steps -> body = steps },
            post: { Closure all -> Section.of([always: { Closure closure -> always = closure }], all) },
        ], stage)
        if (!wanted) { return }
        build.say("stage: ${name}")
        if (approval && build.given.submitter != approval.submitter) {
            build.say("${approval.message} Waiting for ${approval.submitter}")
            build.become('ABORTED')
            return
        }
        try { body() } finally { always?.call() }
    }

    private Map conditions(Build build) {
        [changeRequest: { -> wanted &= build.env.CHANGE_ID != null },
         branch: { String wantedBranch -> wanted &= build.env.BRANCH_NAME == wantedBranch },
         expression: { Closure condition -> wanted &= condition() as boolean },
         beforeInput: { boolean first -> }]
    }
}

void play(Map given) {
    Build build = new Build(given: given, env: new LinkedHashMap(given.env))
    // `$WITH` in a string is a variable of the environment, as it is for Jenkins.
    Binding binding = new Binding(build: build) {
        Object getVariable(String name) { name != 'build' && build.env.containsKey(name) ? build.env[name] : super.getVariable(name) }
        boolean hasVariable(String name) { build.env.containsKey(name) || super.hasVariable(name) }
    }
    def configuration = new CompilerConfiguration(scriptBaseClass: Steps.name)
    new GroovyShell(this.class.classLoader, binding, configuration).evaluate(new File(given.file))
    println("Finished: ${build.result}")
    System.out.flush()
}

System.in.eachLine { play(new JsonSlurper().parseText(it)) }
